/** A real OpenID provider on loopback, without questions: every visitor is the person that the test names, and agrees or refuses. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface OpenIdProvider {
  readonly issuer: string;
  /** The value for `OIDC_PROVIDERS`. */
  readonly setting: { readonly name: string; readonly issuer: string; readonly clientId: string; readonly clientSecret: string };
  /** The behaviour for the next token requests. */
  tokens: 'given' | 'refused' | 'never' | 'broken';
  /** From then on its signatures do not match its public keys. */
  showOthersKeys(): void;
  /** Every request, as method and path. */
  readonly requests: string[];
  close(): Promise<void>;
}

const secret = 'a-secret-that-a-client-and-its-provider-share';

/** Lifetimes in seconds. */
const minute = 60;

/** @param callbackUrl the address to which it may return people */
export async function startOpenIdProvider(name: string, callbackUrl: () => string): Promise<OpenIdProvider> {
  const requests: string[] = [];
  const held = new Set<{ destroy(): void }>();
  const state: { tokens: OpenIdProvider['tokens']; keys: object | null; handle: ReturnType<Provider['callback']> | null } = {
    tokens: 'given',
    keys: null,
    handle: null,
  };
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path.split('?', 1)[0]}`);
    if (path.startsWith('/token') && state.tokens !== 'given') {
      held.add(response);
      if (state.tokens === 'never') return;
      response.writeHead(state.tokens === 'refused' ? 400 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: state.tokens === 'refused' ? 'invalid_grant' : 'temporarily_unavailable' }));
      return;
    }
    if (path.startsWith('/jwks') && state.keys !== null) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(state.keys));
      return;
    }
    if (path.startsWith('/withdraw?')) {
      void withdrawn(provider, new URLSearchParams(path.split('?', 2)[1])).then(() => response.end());
      return;
    }
    if (path.startsWith('/interaction/')) {
      void decide(provider, request, response);
      return;
    }
    void state.handle?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'verification', client_secret: secret, redirect_uris: [callbackUrl()], grant_types: ['authorization_code'] }],
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    ttl: { AccessToken: minute, AuthorizationCode: minute, Grant: minute, IdToken: minute, Interaction: minute, Session: minute },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  });
  state.handle = provider.callback();
  return {
    issuer,
    setting: { name, issuer, clientId: 'verification', clientSecret: secret },
    requests,
    get tokens() {
      return state.tokens;
    },
    set tokens(tokens) {
      state.tokens = tokens;
    },
    showOthersKeys: () => {
      state.keys = { keys: [othersKey()] };
    },
    close: async () => {
      for (const response of held) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function withdrawn(provider: Provider, answer: URLSearchParams): Promise<void> {
  await (await provider.AuthorizationCode.find(answer.get('code') ?? ''))?.destroy();
}

/** Revokes a grant that has not been exchanged yet. @param address of the callback */
export async function withdraw(issuer: string, address: string): Promise<void> {
  const { status } = await fetch(`${issuer}/withdraw${new URL(address).search}`);
  if (status !== 200) throw new Error(`Withdrawing answered ${status}`);
}

/** Named like the library's own. */
function othersKey(): object {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...publicKey.export({ format: 'jwk' }), kid: 'keystore-CHANGE-ME', alg: 'RS256', use: 'sig' };
}

type Handler = Parameters<ReturnType<Provider['callback']>>;

/** The errors that end the visit of some people. */
const errors: Readonly<Record<string, string>> = { nobody: 'access_denied', unlucky: 'server_error' };

/** The person's cookie names them; without it, the person refuses. */
async function decide(provider: Provider, request: Handler[0], response: Handler[1]): Promise<void> {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response);
  const who = /(?:^|; )who=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody';
  const error = errors[who];
  if (error !== undefined) {
    await provider.interactionFinished(request, response, { error, error_description: 'The visit ends without a grant' });
    return;
  }
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: who } });
    return;
  }
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId: who, clientId: String(params['client_id']) });
  grant.addOIDCScope('openid');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

/** Follows redirections with cookies, like a browser. @returns the address at which it leaves the provider */
export async function agree(authorizationUrl: string, who: string): Promise<string> {
  const cookies = new Map([['who', who]]);
  let url = authorizationUrl;
  const { origin } = new URL(authorizationUrl);
  while (new URL(url).origin === origin) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  return url;
}
