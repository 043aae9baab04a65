/**
 * The sandbox's own OpenID provider: its discovery document, the page that asks a person to approve the link, and its answers to the
 * service. Mounted in the sandbox alone.
 */
import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { AddressOf } from '../addresses.ts';
import type { JsonObject } from '../openapi/operation.ts';
import { document, type Markup, pagePolicy } from '../pages/page-document.ts';
import { rawQuery } from '../requests/query-parameters.ts';

/** The path of all of the provider's routes. With the service's address before it, it is the issuer. */
export const openIdPath = '/sandbox/openid';

interface Request {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly state: string | null;
  readonly nonce: string | null;
}

type Asked =
  | { readonly kind: 'asked'; readonly request: Request }
  | { readonly kind: 'wrong'; readonly address: string }
  | { readonly kind: 'nobody' };

/** The person's choices, each with the failure of the link; null for success. */
const decisions = {
  agree: { label: 'Agree', failure: null, text: '' },
  refuse: { label: 'Decline', failure: 'refused', text: '' },
  'agree-linked': {
    label: 'Agree, with an account that is already linked',
    failure: 'taken',
    text: 'Someone else linked it a moment ago.',
  },
  'agree-unavailable': {
    label: 'Agree, then become unavailable',
    failure: 'unavailable',
    text: 'The service retries for about 40 seconds of its clock before it gives up: move the clock, or wait.',
  },
  'agree-withdrawn': { label: 'Agree, then withdraw', failure: 'refused', text: 'The grant that comes back no longer works.' },
  error: { label: 'Answer with an error', failure: 'unavailable', text: 'The provider reports server_error.' },
} as const;

type Decision = keyof typeof decisions;

export const decisionNames = Object.keys(decisions);

export interface OpenIdRouteDeps {
  readonly serviceName: string;
  readonly addressOf: AddressOf;
  readonly provider: {
    metadata(): JsonObject;
    publicKeys(): Promise<{ readonly keys: readonly object[] }>;
    asked(query: URLSearchParams): Asked;
    /** @returns the address that the browser goes to with the answer */
    decide(request: Request, decision: Decision, subject: string): Promise<string>;
    exchange(form: URLSearchParams): Promise<{ readonly status: 200 | 400 | 401 | 503; readonly body: JsonObject }>;
  };
  readonly isSubject: (text: string) => boolean;
  /** The addresses to which the service may redirect a browser that returns from the provider. */
  readonly returnUrls: readonly string[];
}

export function openIdRoutes(deps: OpenIdRouteDeps): Hono {
  const { provider, isSubject } = deps;
  const app = new Hono();
  // The service is its own client. An open connection to itself would delay its stop.
  const answer = (c: Context, body: JsonObject, status: 200 | 400 | 401 | 503 = 200) => c.json(body, status, { connection: 'close' });
  app.get(`${openIdPath}/.well-known/openid-configuration`, (c) => answer(c, provider.metadata()));
  app.get(`${openIdPath}/jwks.json`, async (c) => answer(c, { ...(await provider.publicKeys()) }));
  app.post(`${openIdPath}/token`, async (c) => {
    const { status, body } = await provider.exchange(new URLSearchParams(await c.req.text()));
    return answer(c, body, status);
  });
  app.get(`${openIdPath}/authorize`, (c) => withRequest(c, deps, (request) => ask(c, deps, request)));
  app.post(`${openIdPath}/authorize`, (c) =>
    withRequest(c, deps, async (request) => {
      const form = new URLSearchParams(await c.req.text());
      const [decision, subject] = [form.get('decision') ?? '', form.get('subject')?.trim() ?? ''];
      if (!isDecision(decision) || (decision.startsWith('agree') && !isSubject(subject))) return ask(c, deps, request, subject);
      return c.redirect(await provider.decide(request, decision, subject), 303);
    }),
  );
  return app;
}

function isDecision(text: string): text is Decision {
  return Object.hasOwn(decisions, text);
}

async function withRequest(
  c: Context,
  deps: OpenIdRouteDeps,
  answer: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  // As at providers with their own origin, the page that opened this one stays its opener, even after redirections.
  c.header('cross-origin-opener-policy', 'unsafe-none');
  const asked = deps.provider.asked(new URLSearchParams(rawQuery(c)));
  if (asked.kind === 'asked') return answer(asked.request);
  if (asked.kind === 'wrong') return c.redirect(asked.address, 302);
  return c.html(strangersPage(deps), 400, { 'content-security-policy': pagePolicy });
}

/** @param entered the invalid subject that the person entered; absent on the first visit */
function ask(c: Context, deps: OpenIdRouteDeps, request: Request, entered?: string): Response | Promise<Response> {
  // Browsers apply this policy to a form's redirections too.
  const origins = [request.redirectUri, ...deps.returnUrls].map(sourceOf);
  const policy = pagePolicy.replace("form-action 'none'", `form-action 'self' ${[...new Set(origins)].join(' ')}`);
  const status = entered === undefined ? 200 : 400;
  return c.html(consentPage(deps, entered ?? suggested(request), status === 400), status, { 'content-security-policy': policy });
}

/** The source of an address in a policy: its origin, or the scheme of an app. */
function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

/** A new account's name. It depends on the request, so a reloaded page suggests the same one. */
function suggested({ challenge }: Request): string {
  return `jane.${challenge
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 5)
    .toLowerCase()}@example.com`;
}

function strangersPage({ serviceName, addressOf }: OpenIdRouteDeps): Markup {
  return document(
    `Not a known client · ${serviceName}`,
    html`<h1>Unknown client</h1>
<p class="lead">Only ${serviceName} can use this provider, through the <code>authorizationUrl</code> of a session. The address of this page is not one of these.</p>`,
    addressOf,
  );
}

function consentPage({ serviceName, addressOf }: OpenIdRouteDeps, subject: string, isWrong: boolean): Markup {
  return document(
    `Link an account · ${serviceName}`,
    html`
<h1>Share your account with ${serviceName}?</h1>
<p class="lead">This page stands in for a provider where people already have an account. Any name you enter is your account here.</p>
<form method="post" class="consent">
<p><label for="subject">Account</label>
<input id="subject" name="subject" value="${subject}" required maxlength="255" autocomplete="off" spellcheck="false" aria-describedby="about-subject"${isWrong ? html` aria-invalid="true"` : ''}>
<span id="about-subject">${isWrong ? html`<strong role="alert">At most 255 letters, digits and signs of ASCII.</strong> ` : ''}The same name is the same account, which can be linked once.</span></p>
<p class="decisions">${button('agree', 'primary')} ${button('refuse')}</p>
<h2>Simulate a failure</h2>
<ul>${wrongTurns.map(
      (decision) => html`<li>${button(decision)}
<span id="about-${decision}">Ends as <code>${decisions[decision].failure}</code>. ${decisions[decision].text}</span></li>`,
    )}</ul>
<p>To answer too late, leave this page open, move the clock of the service past the deadline of the link, and agree. The link ends as <code>expired</code>.</p>
</form>`,
    addressOf,
  );
}

const wrongTurns = ['agree-linked', 'agree-unavailable', 'agree-withdrawn', 'error'] as const;

function button(decision: Decision, look = ''): Markup {
  const { label, text } = decisions[decision];
  const described = text === '' ? '' : html` aria-describedby="about-${decision}"`;
  const unasked = decision.startsWith('agree') ? '' : html` formnovalidate`;
  return html`<button name="decision" value="${decision}" class="${look}"${described}${unasked}>${label}</button>`;
}
