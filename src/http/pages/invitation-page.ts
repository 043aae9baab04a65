/**
 * The page of an invited party, to which the link in a message leads. The page is the same for every reader: the token is in the fragment
 * of the address, which browsers send to no server. A filter that fetches the link learns and changes nothing. The script reads the session
 * as the party sees it, and each of its buttons sends an event by POST.
 */
import { Hono } from 'hono';
import { html } from 'hono/html';
import { isInvited } from '../../../machines/parties.ts';
import { sendersOf, type Workflow } from '../../../machines/workflow.ts';
import type { AddressOf } from '../addresses.ts';
import { readable } from '../openapi/session-paths.ts';
import { stateDescriptions } from '../openapi/state-descriptions.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { publicEventName } from '../sessions/representation.ts';
import { assetRoutes, assetsIn } from './assets.ts';
import { type Markup, page, scriptedPagePolicy } from './page-document.ts';
import { pageContent, StaticDocuments } from './static-document.ts';

export interface InvitationPageDeps {
  readonly serviceName: string;
  readonly addressOf: AddressOf;
  /** All versions of all workflows: an invitation lasts as long as its session. */
  readonly workflows: readonly Workflow[];
}

const path = '/invitations';

const assetsFolder = new URL('../../web/invitation/', import.meta.url);

export function invitationAddress(publicUrl: string, collection: string, sessionId: string, token: string): string {
  return `${publicUrl}${path}/${collection}/${sessionId}#${token}`;
}

export function invitationPageRoutes(deps: InvitationPageDeps): Hono {
  const app = new Hono();
  const invited = deps.workflows.filter(({ parties = {} }) => Object.values(parties).some(isInvited));
  if (invited.length === 0) return app;
  const named = new Map(invited.map((workflow) => [workflow.collection, workflow]));
  const pages = new StaticDocuments((collection) => {
    const { type, text, headers } = pageContent(invitationPage(named.get(collection), deps), scriptedPagePolicy);
    return { type, text, headers: { ...headers, 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' } };
  });
  app.get(`${path}/:collection/:id`, (c) => {
    const collection = c.req.param('collection');
    if (!named.has(collection) || pathId(c) === null) throw new Problem('not-found', 'Nothing exists at this address');
    return pages.answer(c, collection);
  });
  app.route('/', assetRoutes('/assets/invitation/', assetsIn(assetsFolder)));
  return app;
}

/** The page's data about a workflow. A caller could read all of it in the OpenAPI document. */
function settingsOf(workflow: Workflow, { addressOf }: InvitationPageDeps): object {
  const { parties = {}, events, view, deadlines, collection } = workflow;
  const theirs = Object.entries(events).filter(([, event]) => sendersOf(event).some((sender) => isInvited(parties[sender])));
  return {
    sessions: addressOf(`/v1/${collection}`),
    states: Object.fromEntries(stateDescriptions(workflow.machine).map(({ state, ...described }) => [state, described])),
    events: Object.fromEntries(
      theirs.map(([type, { description, body }]) => [publicEventName(type), { title: readable(publicEventName(type)), description, body }]),
    ),
    data: view.schema.properties,
    deadlines: Object.values(deadlines),
  };
}

function invitationPage(workflow: Workflow | undefined, deps: InvitationPageDeps): Markup {
  if (workflow === undefined) throw new Error('Only invited parties have a page');
  const { serviceName, addressOf } = deps;
  const title = readable(workflow.name);
  return page(
    {
      title: `${title} · ${serviceName}`,
      styles: ['/assets/site.css'],
      scripts: [{ path: '/assets/invitation/invitation.js', loading: 'module' }],
    },
    html`<body>
<main data-settings="${JSON.stringify(settingsOf(workflow, deps))}">
<h1 id="title" tabindex="-1">${title}</h1>
<p id="help" class="lead">${workflow.description}</p>
<noscript><p class="note">This page needs JavaScript. Opening it has changed nothing.</p></noscript>
<p id="status" role="status"></p>
<dl id="data"></dl>
<div id="events" class="consent"></div>
<p><small>${serviceName}. You can close this page: nothing happens until you press a button.</small></p>
</main>
</body>`,
    addressOf,
  );
}
