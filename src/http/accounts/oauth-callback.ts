/**
 * The return address of providers. The callback only stores the answer in the session. The session continues when its holder confirms with
 * a value that only this response carries. The value goes to the page of this origin that opened the provider, or to the return address
 * that the holder chose from the configured ones. An attacker can send a provider's address to a victim. If the victim agrees, the
 * victim gets the value, but has no session in which to confirm it. The attacker has the session, but not the value.
 */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { ProviderAnswer } from '../../../machines/linking.ts';
import { isId } from '../../common/ids.ts';
import type { Engine } from '../../engine/engine.ts';
import { SessionNotFound, SessionStranded } from '../../engine/errors.ts';
import { serviceCaller, type Vault } from '../../engine/ports.ts';
import type { Session } from '../../engine/session.ts';
import type { AddressOf } from '../addresses.ts';
import { assetRoutes, assetsIn } from '../pages/assets.ts';
import { document, type Markup, pagePolicy } from '../pages/page-document.ts';
import { rawQuery } from '../requests/query-parameters.ts';

export interface OAuthCallbackDeps {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly values: {
    fresh(): string;
    matches(
      grant: { readonly keyId: string; readonly sessionId: string; readonly state: string; readonly query: string },
      value: string,
      hash: string,
    ): boolean;
  };
  readonly serviceName: string;
  readonly addressOf: AddressOf;
  /** @returns the kind of the answer in a query; null if there is none */
  readonly answerIn: (query: string) => ProviderAnswer | null;
  /** Called for each error of the provider or of this service, when a session takes it. */
  readonly failed: (sessionId: string, provider: string, query: string) => void;
}

const returnEvent = 'PROVIDER_RETURNED';

/**
 * The session stores the query. Most providers send some hundreds of characters; the codes of Entra ID are encrypted tokens of several
 * thousand. Node limits all headers to 16 KiB, and leaves room for the browser's own.
 */
const longestQuery = 8 * 1024;

const assetsFolder = new URL('../../web/linking/', import.meta.url);

/** The page loads the script that hands the value over. */
const policy = pagePolicy.replace("style-src 'self'", "script-src 'self'; style-src 'self'");

/** Neither the provider's answer, which is in the address, nor the value, which is in the page, may leak further. */
const headers = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  // Any other policy would cut off the opener, the page of this origin that waits for the value.
  'cross-origin-opener-policy': 'unsafe-none',
};

/** The result of a visit. A second visit with the same answer is `received`: no value is shown again, and no line is logged again. */
type Visit =
  | { readonly kind: 'granted'; readonly sessionId: string; readonly value: string; readonly returnTo: string | null }
  | { readonly kind: 'declined' | 'failed'; readonly sessionId: string; readonly returnTo: string | null }
  | { readonly kind: 'received' }
  | { readonly kind: 'useless' };

export function oauthCallbackRoutes(deps: OAuthCallbackDeps): Hono {
  const app = new Hono();
  app.get('/oauth/callback', async (c) => {
    // Hono answers HEAD with the route of GET. HEAD must not change anything (RFC 9110, 9.2.1).
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    if (!isVisit(c)) return c.html(speculativePage(deps), 403, headers);
    const visit = await visited(c, deps);
    const { kind } = visit;
    if (kind !== 'received' && kind !== 'useless' && visit.returnTo !== null) {
      for (const [name, text] of Object.entries(headers)) c.header(name, text);
      // A browser does not send the fragment: no server and no log sees the value.
      const value = kind === 'granted' ? `&value=${visit.value}` : '';
      return c.redirect(`${visit.returnTo}#session=${visit.sessionId}${value}`, 303);
    }
    return c.html(pageOf(visit, deps), kind === 'useless' ? 400 : 200, headers);
  });
  app.route('/', assetRoutes('/assets/linking/', assetsIn(assetsFolder)));
  return app;
}

/**
 * True if a person will see the response. A browser that preloads the address would use up the value unseen, and a page that fetches or
 * embeds the address could read the value.
 */
function isVisit(c: Context): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => c.req.header(name) ?? '').join(' ');
  const destination = c.req.header('sec-fetch-dest') ?? 'document';
  return !/prefetch|prerender|preview/i.test(purposes) && destination === 'document';
}

async function visited(c: Context, { engine, vault, values, answerIn, failed }: OAuthCallbackDeps): Promise<Visit> {
  const state = c.req.query('state') ?? '';
  const query = rawQuery(c);
  const [sessionId = ''] = state.split('.', 1);
  if (!isId(sessionId) || query.length > longestQuery) return { kind: 'useless' };
  const value = values.fresh();
  const session = await told(engine, sessionId, { state, query, value });
  const personal = session?.sealed ? vault.open(sessionId, session.sealed) : {};
  const { linkProvider = '', linkState, linkQuery, linkValueHash, linkReturnTo } = personal;
  // `state` alone reveals nothing about a session: the caller needs the whole answer.
  const answer = answerIn(query);
  if (!session || answer === null || linkState !== state || linkQuery !== query) return { kind: 'useless' };
  const returnTo = linkReturnTo ?? null;
  const grant = { keyId: session.keyId, sessionId, state, query };
  const isOurs = linkValueHash !== undefined && values.matches(grant, value, linkValueHash);
  if (!isOurs) return { kind: 'received' };
  if (answer === 'failed') failed(sessionId, linkProvider, query);
  return answer === 'granted' ? { kind: answer, sessionId, value, returnTo } : { kind: answer, sessionId, returnTo };
}

/** @returns the session right after it received the answer; null if the session did not take it */
async function told(
  engine: Engine,
  sessionId: string,
  body: { readonly state: string; readonly query: string; readonly value: string },
): Promise<Session | null> {
  try {
    const { workflow } = await engine.read(sessionId);
    if (!workflow.events[returnEvent]) return null;
    const request = { workflow, sender: { as: 'provider' }, type: returnEvent, body, idempotency: null, caller: serviceCaller } as const;
    return (await engine.send(sessionId, request)).session;
  } catch (error) {
    if (error instanceof SessionNotFound || error instanceof SessionStranded) return null;
    throw error;
  }
}

function pageOf(visit: Visit, deps: OAuthCallbackDeps): Markup {
  const { serviceName } = deps;
  switch (visit.kind) {
    case 'granted':
      return handOverPage(visit, deps);
    case 'declined':
      return textPage('You can close this window', `Close this window to go back. ${serviceName} was told that you declined.`, deps);
    case 'failed':
      return textPage(
        'Nothing is linked yet',
        'The provider reported an error. Close this window to go back. You can try again, or continue without a link.',
        deps,
      );
    case 'received':
      return textPage('Your answer was received', 'Close this window and return to the page where you started.', deps);
    case 'useless':
      return textPage(
        'This link is no longer valid',
        'The link was already used or has expired. Return to the page where you started and try again.',
        deps,
      );
    default:
      return visit satisfies never;
  }
}

/** The page explains how to try again until the opener has taken the value. Without a script or an opener, no page takes the value. */
function handOverPage(visit: Extract<Visit, { kind: 'granted' }>, { serviceName, addressOf }: OAuthCallbackDeps): Markup {
  const { sessionId, value } = visit;
  return document(
    `Link an account · ${serviceName}`,
    html`<div id="hand-over" data-session="${sessionId}" data-value="${value}">
<div id="lost"><h1>Nothing is linked yet</h1>
<p class="lead">Return to the page where you started and try again. If you did not start at ${serviceName}, close this window: someone else tried to link your account to theirs.</p></div>
<div id="taken" hidden><h1>You can close this window</h1><p class="lead">Continue on the page where you started.</p></div>
</div><script src="${addressOf('/assets/linking/hand-over.js')}"></script>`,
    addressOf,
  );
}

function speculativePage(deps: OAuthCallbackDeps): Markup {
  return textPage('Open this page in a window', 'This page does nothing when a browser preloads it or another page embeds it.', deps);
}

function textPage(title: string, text: string, { serviceName, addressOf }: OAuthCallbackDeps): Markup {
  return document(`${title} · ${serviceName}`, html`<h1>${title}</h1><p class="lead">${text}</p>`, addressOf);
}
