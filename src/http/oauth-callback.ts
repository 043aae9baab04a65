/** Where providers send people back to, who linked an account of theirs or would not. What it says goes to their session. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Engine } from '../engine/engine.ts';
import { SessionNotFound, SessionStranded } from '../engine/errors.ts';
import { ownOrigin } from '../engine/ports.ts';
import { document, type Markup, pagePolicy } from './page-document.ts';
import { isId } from './staff.ts';

export interface OAuthCallbackParts {
  readonly engine: Engine;
  readonly serviceName: string;
}

const returnEvent = 'PROVIDER_RETURNED';

/** As long as other answers wait for what they lead to. */
const settleTimeoutMs = 2000;

/** Codes, states and what comes with them are some hundreds of characters; the session keeps it. */
const longestQuery = 4_000;

export function oauthCallbackRoutes({ engine, serviceName }: OAuthCallbackParts): Hono {
  const app = new Hono();
  app.get('/oauth/callback', async (c) => {
    const state = c.req.query('state') ?? '';
    const query = new URL(c.req.url).search.slice(1);
    const [sessionId = ''] = state.split('.', 1);
    const heard = isId(sessionId) && query.length <= longestQuery && (await returned(engine, sessionId, { state, query }));
    // The address holds what the session was to be told: it goes no further.
    const headers = { 'content-security-policy': pagePolicy, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    return c.html(page(serviceName, heard), heard ? 200 : 400, headers);
  });
  return app;
}

/** @returns whether the session was waiting for that */
async function returned(engine: Engine, sessionId: string, body: { state: string; query: string }): Promise<boolean> {
  try {
    const before = await engine.read(sessionId);
    if (!before.workflow.events[returnEvent]) return false;
    const { workflow } = before;
    const reply = await engine.send(sessionId, {
      workflow,
      caller: { as: 'provider' },
      type: returnEvent,
      body,
      idempotency: null,
      origin: ownOrigin,
    });
    // Whoever looks next normally sees what came of it.
    await engine.settle(reply, settleTimeoutMs);
    return reply.rejection === null && reply.session.value !== before.session.value;
  } catch (error) {
    if (error instanceof SessionNotFound || error instanceof SessionStranded) return false;
    throw error;
  }
}

function page(serviceName: string, heard: boolean): Markup {
  const title = heard ? 'You can go back now' : 'This link is of no use any more';
  const text = heard
    ? `Close this window and go on where you came from: ${serviceName} knows what you have decided.`
    : 'It was used before, or is too old. Go back to where you came from, and try again from there.';
  return document(`${title} · ${serviceName}`, html`<h1>${title}</h1><p class="lead">${text}</p>`);
}
