/**
 * The page on which an owner unlocks an account that strangers' wrong passwords locked. Loading the page changes nothing, because mail
 * filters open links. Only its button unlocks, once.
 */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Caller } from '../../engine/ports.ts';
import type { AddressOf } from '../addresses.ts';
import { document, type Markup, pagePolicy } from '../pages/page-document.ts';

export interface UnlockPageDeps {
  readonly serviceName: string;
  readonly addressOf: AddressOf;
  readonly caller: (c: Context) => Caller;
  /** @returns true if the token lifted a lock */
  readonly unlock: (token: string, caller: Caller) => Promise<boolean>;
}

const path = '/unlock';

/** The token is in the query, which this service never logs. */
export function unlockAddress(publicUrl: string, token: string): string {
  return `${publicUrl}${path}?token=${token}`;
}

export function unlockPageRoutes(deps: UnlockPageDeps): Hono {
  const { caller, unlock } = deps;
  const app = new Hono();
  app.get(path, (c) => show(c, question(deps, asWritten(c.req.query('token')))));
  app.post(path, async (c) => {
    const token = asWritten(new URLSearchParams(await c.req.text()).get('token'));
    const unlocked = await unlock(token, caller(c));
    return show(c, answer(deps, unlocked), unlocked ? 200 : 410);
  });
  return app;
}

/** A mail program that breaks a long line puts white space and soft hyphens into an address. */
function asWritten(token: string | null = ''): string {
  return (token ?? '').replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, '');
}

function show(c: Context, content: Markup, status: 200 | 410 = 200): Response | Promise<Response> {
  const headers = {
    'content-security-policy': pagePolicy.replace("form-action 'none'", "form-action 'self'"),
    // The address holds the token, so no cache may store the page.
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  return c.html(content, status, headers);
}

function question({ serviceName, addressOf }: UnlockPageDeps, token: string): Markup {
  return document(
    `Unlock your account · ${serviceName}`,
    html`<h1>Unlock your ${serviceName} account?</h1>
<p class="lead">Many wrong passwords were entered for your account. Press the button to log in from where you are now.</p>
<form method="post" action="${addressOf(path)}" class="consent">
<input type="hidden" name="token" value="${token}">
<p><button class="primary">Unlock</button></p>
</form>`,
    addressOf,
  );
}

function answer({ serviceName, addressOf }: UnlockPageDeps, unlocked: boolean): Markup {
  const title = unlocked ? 'Your account is unlocked' : 'This link is no longer valid';
  const text = unlocked
    ? 'Log in with your password now. On this network, wrong passwords that strangers enter elsewhere no longer affect you.'
    : 'The link was already used or has expired, or the account is not locked. Try to log in.';
  return document(`${title} · ${serviceName}`, html`<h1>${title}</h1><p class="lead">${text}</p>`, addressOf);
}
