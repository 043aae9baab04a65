/** Linking an outside account during a set-up, with real OpenID providers: the checks, and the ways back. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { comeBack, comeBackAndConfirm, goToProvider, logIn, readyToLink, valueIn } from '../support/linking.ts';
import { agree, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService, type TestSession } from '../support/service.ts';

const publicUrl = 'https://verify.example.com';
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.state];

let people = 0;

describe.each(databaseKinds)('linking on %s', (kind) => {
  let acme: OpenIdProvider;
  let other: OpenIdProvider;
  let forged: OpenIdProvider;
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    const callback = () => `${publicUrl}/oauth/callback`;
    [acme, other, forged] = await Promise.all([
      startOpenIdProvider('acme', callback),
      startOpenIdProvider('other', callback),
      startOpenIdProvider('forged', callback),
    ]);
    const gone = { ...acme.setting, name: 'gone', issuer: 'http://127.0.0.1:9' };
    service = await startTestService(kind, {
      PUBLIC_URL: publicUrl,
      OIDC_PROVIDERS: JSON.stringify([acme.setting, other.setting, forged.setting, gone]),
    });
    client = service.client;
  });
  afterEach(() => {
    acme.tokens = 'given';
  });
  afterAll(async () => {
    await service.remove();
    await Promise.all([acme, other, forged].map((provider) => provider.close()));
  });

  const emailOf = (person: number) => `linking-${person}@example.com`;
  const ready = () => {
    people += 1;
    return readyToLink(client, emailOf(people));
  };
  const goneToProvider = (setup: TestSession, provider = 'acme') => goToProvider(setup, provider);
  /** The person returns to the service, at the address of the provider's redirection. */
  const comesBack = (address: string) => comeBack(client, address);
  const linksOf = async (setup: TestSession) => {
    expect((await setup.read()).status).toBe('done');
    return (await client.get('/v1/me', await logIn(client, emailOf(people)))).body.links;
  };

  test('goes to the provider with PKCE, nonce and state, and ends with a linked account', async () => {
    const setup = await ready();
    const url = await goneToProvider(setup);
    const asked = new URL(url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
      redirect_uri: `${publicUrl}/oauth/callback`,
      prompt: 'consent',
    });
    expect([asked.get('nonce')?.length, asked.get('code_challenge')?.length]).toEqual([43, 43]);
    expect(asked.get('state')).toMatch(new RegExp(`^${setup.id}\\.`));
    const page = await comesBack(await agree(url, 'ada'));
    expect(await setup.read()).toMatchObject({ state: 'confirmingLink', data: { authorizationUrl: null, linkFailure: null } });
    expect((await setup.send('confirm-link', { value: valueIn(page) })).status).toBe(200);
    expect([page.status, page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([200, 'no-store', 'no-referrer']);
    expect(await setup.read()).toMatchObject({ outcome: 'complete', data: { authorizationUrl: null, linkFailure: null } });
    expect(await linksOf(setup)).toEqual([{ id: expect.any(String), provider: 'acme', linkedAt: expect.any(String) }]);
    const events = (await setup.history()).map(({ event }) => event);
    expect(events.slice(-5)).toEqual(['link-account', 'provider-returned', 'confirm-link', 'exchangeGrant.done', 'createAccount.done']);
    expect(JSON.stringify(await setup.history())).not.toContain(asked.get('state') ?? '');
  });

  test('refused by the person returns to the linking step, where another attempt may succeed', async () => {
    const setup = await ready();
    expect((await comesBack(await agree(await goneToProvider(setup), 'nobody'))).status).toBe(200);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused', authorizationUrl: null } });
    await comeBackAndConfirm(setup, await agree(await goneToProvider(setup, 'other'), 'ben'));
    expect((await setup.read()).outcome).toBe('complete');
    expect(await linksOf(setup)).toMatchObject([{ provider: 'other' }]);
  });

  test('accepts no answer twice, none of another attempt, and none without a request', async () => {
    const setup = await ready();
    const first = await agree(await goneToProvider(setup), 'cleo');
    const second = await goneToProvider(setup);
    const invented = new URL(first);
    invented.searchParams.set('state', `${setup.id}.${'a'.repeat(32)}`);
    const error = `${publicUrl}/oauth/callback?error=server_error&state=${setup.id}.${'a'.repeat(32)}`;
    for (const address of [first, invented.href, error, `${publicUrl}/oauth/callback?code=x`, `${publicUrl}/oauth/callback?code=x&state=n`])
      expect((await comesBack(address)).status).toBe(400);
    expect((await setup.read()).state).toBe('authorizing');
    const answer = await agree(second, 'cleo');
    expect((await comeBackAndConfirm(setup, answer)).body.outcome).toBe('complete');
    expect((await comesBack(answer)).status).toBe(400);
  });

  test('accepts no code of another session, nor one of another provider', async () => {
    const [mine, theirs] = [await ready(), await ready()];
    const [own, foreign] = [await agree(await goneToProvider(mine), 'dora'), await agree(await goneToProvider(theirs), 'dora-too')];
    const injected = new URL(own);
    injected.searchParams.set('code', new URL(foreign).searchParams.get('code') ?? '');
    await comeBackAndConfirm(mine, injected.href);
    expect(await mine.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused' } });
    // A mix-up: the code of one provider, in the answer of another.
    for (const name of ['code', 'iss']) {
      const mixed = new URL(await agree(await goneToProvider(mine), 'dora'));
      const ofOther = new URL(await agree(await goneToProvider(theirs, 'other'), 'dora'));
      expect(ofOther.searchParams.get('iss')).toBe(other.issuer);
      mixed.searchParams.set(name, ofOther.searchParams.get(name) ?? '');
      await comeBackAndConfirm(mine, mixed.href);
      expect(await mine.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused' } });
    }
  });

  test('accepts no identity without the provider’s signature', async () => {
    forged.showOthersKeys();
    const setup = await ready();
    expect((await comeBackAndConfirm(setup, await agree(await goneToProvider(setup, 'forged'), 'ada'))).status).toBe(200);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused' } });
    expect(forged.requests).toContain('GET /jwks');
  });

  test('ends by itself if the person does not return, and can be skipped', async () => {
    const setup = await ready();
    const late = await agree(await goneToProvider(setup), 'eve');
    expect((await setup.read()).linkExpiresAt).not.toBeNull();
    await client.clock({ advance: 'PT10M' });
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'expired' }, linkExpiresAt: null });
    expect((await comesBack(late)).status).toBe(400);
    await goneToProvider(setup);
    expect((await setup.send('skip-link')).body.outcome).toBe('complete');
    expect(await linksOf(setup)).toEqual([]);
  });

  test('with an unknown provider changes nothing, and with one that does not answer says so', async () => {
    const setup = await ready();
    const before = (await setup.read()).revision;
    expect(verdict(await setup.send('link-account', { provider: 'nobody' }))).toEqual([400, 'invalid-request']);
    expect(verdict(await setup.send('link-account', { provider: 'gone' }))).toEqual([503, 'unavailable']);
    expect((await setup.read()).revision).toBe(before);
  });

  test('returns to the linking step if the provider refuses the code, and retries if it is unavailable for a moment', async () => {
    const setup = await ready();
    acme.tokens = 'refused';
    await comeBackAndConfirm(setup, await agree(await goneToProvider(setup), 'fay'));
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused' } });
    acme.tokens = 'broken';
    await comeBackAndConfirm(setup, await agree(await goneToProvider(setup), 'fay'));
    expect((await setup.read()).state).toBe('exchangingGrant');
    acme.tokens = 'given';
    await client.clock({ advance: 'PT10S' });
    expect((await setup.read()).outcome).toBe('complete');
  });

  test('links one outside account to one account here: the second is told, and may skip the link', async () => {
    const [first, second] = [await ready(), await ready()];
    await comeBackAndConfirm(first, await agree(await goneToProvider(first), 'gus'));
    expect((await first.read()).outcome).toBe('complete');
    await comeBackAndConfirm(second, await agree(await goneToProvider(second), 'gus'));
    expect(await second.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'taken' } });
    expect((await second.send('skip-link')).body.outcome).toBe('complete');
    expect(await linksOf(second)).toEqual([]);
  });

  test('of the same outside account by two set-ups at the same moment succeeds for one', async () => {
    const both = await Promise.all([ready(), ready()]);
    const answers = await Promise.all(both.map(async (setup) => [setup, await agree(await goneToProvider(setup), 'hal')] as const));
    await Promise.all(answers.map((answer) => comeBackAndConfirm(...answer)));
    const states = await Promise.all(both.map(async (setup) => (await setup.read()).state));
    expect(states.sort()).toEqual(['complete', 'linking']);
  });
});
