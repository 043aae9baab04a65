/** Linking an account of the sandbox's own provider: every result, through several processes, and only in the sandbox. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../src/modules/host.ts';
import { openLinking } from '../../src/modules/linking/open.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import { comeBackAndConfirm, goToProvider, readyToLink } from '../support/linking.ts';
import { Client, type Service, startIn, startTestService, type TestService, type TestSession } from '../support/service.ts';

/** No server listens at the public address: the service must reach its provider at the listening address. */
const publicUrl = 'https://verify.example.com';
const path = '/sandbox/openid';

let people = 0;

function ready(client: Client): Promise<TestSession> {
  people += 1;
  return readyToLink(client, `openid-${people}@example.com`);
}

/** @returns the address to which the person is sent, without the service's public address */
async function goneToProvider(setup: TestSession): Promise<string> {
  const url = new URL(await goToProvider(setup, 'sandbox'));
  expect(url.origin + url.pathname).toBe(`${publicUrl}${path}/authorize`);
  return url.pathname + url.search;
}

/** @returns the person's return address, without the service's public address */
async function decides(client: Client, address: string, decision: string, subject = 'jane@example.com'): Promise<string> {
  const { status, headers } = await submit(client, address, { decision, subject });
  expect(status).toBe(303);
  return (headers.get('location') ?? '').replace(publicUrl, '');
}

/** The page's form, which a test submits. */
function submit(client: Client, address: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(client.url + address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

describe('the sandbox’s own provider', () => {
  let service: TestService;
  let second: Service;
  let client: Client;
  let otherClient: Client;
  beforeAll(async () => {
    service = await startTestService('PostgreSQL', { PUBLIC_URL: publicUrl, SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` });
    second = await startIn(service.environment);
    [client, otherClient] = [service.client, new Client(second.url)];
  });
  afterAll(async () => {
    await second.stop();
    await service.remove();
  });

  test('asks the person on a page that loads nothing, and lists the possible results', async () => {
    const page = await client.get(await goneToProvider(await ready(client)));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${publicUrl}`);
    const suggested = /value="(jane\.\w+@example\.com)"/.exec(page.body)?.[1];
    expect(suggested).toBeDefined();
    expect((await client.get(`${path}/.well-known/openid-configuration`)).body).toMatchObject({ issuer: `${publicUrl}${path}` });
    expect((await client.get(`${path}/authorize?client_id=others`)).status).toBe(400);
  });

  test("asks again if the account's name is invalid", async () => {
    const address = await goneToProvider(await ready(client));
    for (const subject of [' ', 'jörg']) {
      const answer = await submit(client, address, { decision: 'agree', subject });
      expect([answer.status, (await answer.text()).includes('role="alert"')]).toEqual([400, true]);
    }
    expect((await submit(client, address, { decision: 'nonsense', subject: 'jane' })).status).toBe(400);
  });

  test('links an account, whichever processes the person, the answer and the service’s request reach', async () => {
    const setup = await ready(client);
    const answer = await decides(otherClient, await goneToProvider(setup), 'agree', 'everywhere@example.com');
    expect((await comeBackAndConfirm(setup, answer)).body.outcome).toBe('complete');
  });

  test.each([
    ['refuse', 'refused'],
    ['error', 'unavailable'],
    ['agree-withdrawn', 'refused'],
    ['agree-linked', 'taken'],
  ])('can be told to fail: %s ends as %s', async (decision, failure) => {
    const setup = await ready(client);
    await comeBackAndConfirm(setup, await decides(client, await goneToProvider(setup), decision, `${decision}@example.com`));
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: failure } });
  });

  test('is unavailable as long as the service asks, and then the service gives up', async () => {
    const setup = await ready(client);
    await comeBackAndConfirm(setup, await decides(client, await goneToProvider(setup), 'agree-unavailable'));
    expect((await setup.read()).state).toBe('exchangingGrant');
    await client.clock({ advance: 'PT1M' });
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'unavailable' } });
  });

  test('can be left too late', async () => {
    const setup = await ready(client);
    const address = await goneToProvider(setup);
    await client.clock({ advance: 'PT10M' });
    expect((await client.get(await decides(client, address, 'agree'))).status).toBe(400);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'expired' } });
  });

  test('a request with an unknown provider lists the known ones', async () => {
    const { status, body } = await (await ready(client)).send('link-account', { provider: 'acme' });
    expect([status, body.errors]).toEqual([400, [{ path: '/provider', message: 'No such provider is configured: sandbox' }]]);
  });

  describe('the token endpoint of the sandbox’s provider', () => {
    const verifier = 'v'.repeat(43);
    const keyring = new Keyring([{ id: 'k1', secret: Buffer.alloc(32, 1) }]);
    const redirect_uri = `${publicUrl}/oauth/callback`;
    const known = { client_id: 'verification', redirect_uri };
    const client_secret = keyring.mac('k1', 'sandbox-client', [known.client_id]).toString('base64url');

    /** A code that only the holder of the verifier can exchange. */
    async function codeOf(): Promise<string> {
      const code_challenge = createHash('sha256').update(verifier).digest('base64url');
      const asked = { ...known, response_type: 'code', scope: 'openid', code_challenge, code_challenge_method: 'S256' };
      const answer = await decides(client, `${path}/authorize?${new URLSearchParams(asked)}`, 'agree');
      return new URL(answer, publicUrl).searchParams.get('code') ?? '';
    }

    async function exchange(code: string, changes: Readonly<Record<string, string>> = {}, at = client) {
      const form = { ...known, client_secret, grant_type: 'authorization_code', code, code_verifier: verifier, ...changes };
      const response = await submit(at, `${path}/token`, form);
      return { status: response.status, body: await response.json() };
    }

    test('answers once, in any process', async () => {
      const code = await codeOf();
      expect((await exchange(code, {}, otherClient)).status).toBe(200);
      for (const at of [client, otherClient])
        expect(await exchange(code, {}, at)).toEqual({ status: 400, body: { error: 'invalid_grant' } });
    });

    test.each([
      ['another verifier', { code_verifier: 'w'.repeat(43) }, 400, 'invalid_grant'],
      ['another address to go back to', { redirect_uri: publicUrl }, 400, 'invalid_grant'],
      ['another client', { client_id: 'others' }, 401, 'invalid_client'],
      ['another secret', { client_secret: 'guessed' }, 401, 'invalid_client'],
    ])('refuses %s', async (_, changes, status, error) => {
      expect(await exchange(await codeOf(), changes)).toEqual({ status, body: { error } });
    });
  });
});

describe('the provider does not exist', () => {
  const configured = { name: 'sandbox', issuer: 'http://127.0.0.1:9', clientId: 'us', clientSecret: 'between us' };
  const openedWith = (providers: readonly (typeof configured)[], sandbox: object | null) =>
    openLinking({ sandbox, publicUrl, keyring: new Keyring([{ id: 'k1', secret: Buffer.alloc(32, 1) }]) } as unknown as Host, {
      providers: [...providers],
      returnUrls: [],
      allowsPrivate: false,
    });

  test('outside the sandbox', () => {
    const { providers, ownProvider } = openedWith([], null);
    expect([providers.names, ownProvider]).toEqual([[], null]);
  });

  test('if another one of its name is configured', () => {
    const { providers, ownProvider } = openedWith([configured], {});
    expect([providers.names, ownProvider]).toEqual([['sandbox'], null]);
  });
});
