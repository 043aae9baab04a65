/** An OpenID provider whose metadata, token answers and clock the test sets. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface TokenRequest {
  readonly authorization: string | null;
  readonly form: URLSearchParams;
}

interface TokenAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

export class ScriptedProvider {
  /** The members of the metadata that differ from the usual ones. */
  metadata: Readonly<Record<string, unknown>> = {};
  metadataStatus = 200;
  /** The answer to a token request; null for an identity token with `claims`. */
  tokens: TokenAnswer | null = null;
  /** The claims that differ from the right ones. */
  claims: Readonly<Record<string, unknown>> = {};
  /** The difference of the clock in the `Date` header. */
  clockMs = 0;
  readonly requests: TokenRequest[] = [];
  readonly clientId = 'client:1';
  readonly clientSecret = 'a+b/c d%';
  readonly issuer: string;
  readonly close: () => Promise<void>;

  private constructor(issuer: string, close: () => Promise<void>) {
    this.issuer = issuer;
    this.close = close;
  }

  get setting() {
    return { name: 'acme', issuer: this.issuer, clientId: this.clientId, clientSecret: this.clientSecret };
  }

  static async start(): Promise<ScriptedProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const provider = new ScriptedProvider(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const {
        status,
        body,
        headers = {},
      } = await provider.#answer(request.url ?? '', request.headers.authorization ?? null, String(Buffer.concat(chunks)));
      const date = new Date(Date.now() + provider.clockMs).toUTCString();
      response.writeHead(status, { 'content-type': 'application/json', date, ...headers }).end(JSON.stringify(body));
    });
    return provider;
  }

  async #answer(path: string, authorization: string | null, form: string): Promise<TokenAnswer> {
    const { issuer } = this;
    if (path === '/jwks') return { status: 200, body: { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'ES256', use: 'sig' }] } };
    if (path !== '/token') {
      const usual = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      };
      return {
        status: this.metadataStatus,
        body: { ...usual, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['ES256'], ...this.metadata },
      };
    }
    this.requests.push({ authorization, form: new URLSearchParams(form) });
    if (this.tokens !== null) return this.tokens;
    const at = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: this.clientId, sub: 'jane', iat: at, exp: at + 600, ...this.claims };
    const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: '1' }).sign(privateKey);
    return { status: 200, body: { access_token: 'access', token_type: 'Bearer', id_token } };
  }
}
