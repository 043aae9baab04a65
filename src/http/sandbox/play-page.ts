/**
 * The sandbox's front page, where a newcomer plays a workflow as the person with a mailbox and a telephone, and as the designer of its
 * machine. The scripts are in `src/web/play`; without scripts the page explains how to try the service from a terminal.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { TObject } from '@sinclair/typebox';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { isInvited, sendersOf, type Workflow } from '../../../machines/workflow.ts';
import type { AddressOf } from '../addresses.ts';
import type { DiagramFiles } from '../diagrams/diagram-files.ts';
import { readable } from '../openapi/session-paths.ts';
import { type Asset, assetRoutes, assetsIn, scriptType } from '../pages/assets.ts';
import { type Markup, page, scriptedPagePolicy as policy } from '../pages/page-document.ts';
import { pageContent, StaticDocuments } from '../pages/static-document.ts';
import { Problem } from '../problems/problem.ts';
import { eventsOfPeople, publicEventName } from '../sessions/representation.ts';
import { terminalWalk } from './terminal-walk.ts';

export interface PlayPageDeps {
  readonly serviceName: string;
  readonly publicUrl: string;
  readonly addressOf: AddressOf;
  readonly workflows: readonly Workflow[];
  /** True if the start of a session needs a client key. */
  readonly clientKeys: boolean;
  /** True if backends do tasks of the workflow. */
  readonly asksBackends: (workflow: Workflow) => boolean;
  readonly files: Pick<DiagramFiles, 'links'>;
  /** The states and transitions of the running machine, as data. */
  readonly model: (workflow: Workflow) => object;
  /** The values that this deployment accepts for a `choicesFrom` in a schema, by its name. */
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const webFolder = new URL('../../web/play/', import.meta.url);

export function playPageRoutes(deps: PlayPageDeps): Hono {
  const app = new Hono();
  const pages = new StaticDocuments((name) => pageContent(playPage(workflowNamed(name, deps), deps), policy));
  app.get('/', (c) => {
    const { name } = workflowNamed(c.req.query('workflow') ?? deps.workflows[0]?.name, deps);
    // Providers open in windows of their own. These keep this page as their opener, so that the callback can hand back the value.
    c.header('cross-origin-opener-policy', 'same-origin-allow-popups');
    return pages.answer(c, name);
  });
  app.route('/', assetRoutes('/assets/play/', assetsIn(webFolder)));
  app.route('/', assetRoutes('/assets/play/machines/', machines(deps)));
  app.route('/', assetRoutes('/assets/vendor/', library()));
  return app;
}

/** @throws Problem if the name is unknown */
function workflowNamed(name: string | undefined, { workflows }: Pick<PlayPageDeps, 'workflows'>): Workflow {
  const workflow = workflows.find((candidate) => candidate.name === name);
  if (!workflow) throw new Problem('not-found', 'No workflow has this name');
  return workflow;
}

/** The page's template library, with the directive that identifies the items of a list. */
function library(): Map<string, Asset> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve('lit-html'));
  const names = ['lit-html.js', 'directive.js', 'directive-helpers.js', 'directives/repeat.js'];
  return new Map(names.map((name) => [name, { type: scriptType, text: () => readFileSync(new URL(name, entry), 'utf8') }]));
}

/** The models of the running machines, as JSON. No committed drawing is needed. */
function machines({ workflows, model }: PlayPageDeps): Map<string, Asset> {
  return new Map(
    workflows.map((workflow) => [`${workflow.name}.json`, { type: 'application/json', text: () => JSON.stringify(model(workflow)) }]),
  );
}

/** The page's data about a workflow. A caller could read all of it in the OpenAPI document. */
function played(workflow: Workflow, { files, choices, addressOf, asksBackends }: PlayPageDeps) {
  const { name, description, collection, start, deadlines, parties = {} } = workflow;
  const { svg, overview } = files.links(name);
  return {
    name,
    title: readable(name),
    description,
    collection,
    by: start.by ?? null,
    start: start.body,
    events: Object.fromEntries(
      eventsOfPeople(workflow).map(([type, event]) => [
        publicEventName(type),
        {
          description: event.description,
          senders: sendersOf(event),
          secondFactor: event.secondFactor ?? false,
          body: withChoices(event.body, choices),
        },
      ]),
    ),
    deadlines,
    invited: Object.keys(parties).filter((party) => isInvited(parties[party])),
    asksBackends: asksBackends(workflow),
    pictures: { svg, overview },
    machine: addressOf(`/assets/play/machines/${name}.json`),
  };
}

/** The schema with the values that this deployment accepts, for fields with `choicesFrom`. */
function withChoices(body: TObject, choices: PlayPageDeps['choices']): object {
  const properties = Object.entries(body.properties).map(([name, schema]) => {
    const { title, description, choicesFrom } = schema;
    const known = choices[String(choicesFrom)];
    return [name, known === undefined ? schema : { title, description, anyOf: known.map((value) => ({ const: value })) }];
  });
  return { ...body, properties: Object.fromEntries(properties) };
}

function playPage(workflow: Workflow, deps: PlayPageDeps): Markup {
  const { serviceName, publicUrl, addressOf, workflows, choices, clientKeys } = deps;
  const countries = (choices['countries'] ?? []).map((country) => country.split(' '));
  const settings = {
    workflow: workflow.name,
    workflows: Object.fromEntries(workflows.map((each) => [each.name, played(each, deps)])),
    countries,
    clientKeys,
  };
  return page(
    {
      title: `${readable(workflow.name)} · ${serviceName}`,
      styles: ['/assets/site.css', '/assets/diagrams/pictures.css', '/assets/play/page.css'],
      scripts: [{ path: '/assets/play/main.js', loading: 'module' }],
    },
    html`<body class="play">
<header>
<a class="skip" href="#person">Skip to the screen</a>
<p class="brand"><strong>${serviceName}</strong> <span class="quiet">sandbox</span></p>
<nav aria-label="Workflows"><ul>
${workflows.map(
  ({ name }) =>
    html`<li><a href="${addressOf(`/?workflow=${name}`)}"${name === workflow.name ? raw(' aria-current="page"') : ''}>${readable(name)}</a></li>`,
)}
</ul></nav>
<nav aria-label="To build with"><ul>
<li><a href="${addressOf('/docs')}">API reference</a></li>
<li><a href="${addressOf('/diagrams')}">Diagrams</a></li>
</ul></nav>
</header>
<main data-settings="${JSON.stringify(settings)}">
<div class="intro"><h1>${readable(workflow.name)}</h1><p>${workflow.description} ${needsAccount(workflow) ? 'Create a test account, press Start' : 'Press Start'}, ${asksForPasskey(workflow) ? 'use your passkey' : 'enter the code that arrives'}, and watch the machine.</p></div>
<noscript><div class="note"><p>With JavaScript you can try the workflow here. From a terminal:</p></div>${terminalWalk(workflows[0], publicUrl)}</noscript>
<p id="announcement" role="status" class="unseen"></p>
<div id="notes"></div>
<div class="stage">
<section class="column" aria-labelledby="person-heading"><h2 id="person-heading">Screen</h2><div id="person" class="screen" tabindex="-1"></div></section>
<section class="column" aria-labelledby="devices-heading"><h2 id="devices-heading">Messages and clock</h2><div id="devices"></div></section>
<section class="column wide" aria-labelledby="machine-heading"><h2 id="machine-heading">State machine</h2><div id="machine-tools"></div><div id="picture" class="picture"></div><div id="requests"></div></section>
</div>
<div id="timeline"></div>
</main>
<footer><nav aria-label="More"><ul>
<li><a href="${addressOf('/sandbox/templates')}">Messages</a></li>
<li><a href="${addressOf('/problems')}">Problems</a></li>
<li><a href="${addressOf('/openapi.json')}">OpenAPI</a></li>
<li><a href="${addressOf('/v1/workflows')}">Workflows as data</a></li>
</ul></nav></footer>
</body>`,
    addressOf,
  );
}

/** True if a person needs an account to get further than the start. */
function needsAccount(workflow: Workflow): boolean {
  const { start } = workflow;
  return (
    start.by !== undefined ||
    asksForPasskey(workflow) ||
    Object.values(start.body.properties).some(({ autocomplete }) => autocomplete === 'current-password')
  );
}

/** True if a passkey is the only answer that the workflow takes. */
function asksForPasskey(workflow: Workflow): boolean {
  return eventsOfPeople(workflow).some(([, { body }]) => {
    const fields = Object.entries(body.properties);
    return 'credential' in body.properties && fields.every(([, schema]) => schema['x-handed-over'] === true);
  });
}
