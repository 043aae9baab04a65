/** The confirmation of a link: by whom, with which value, and how often. A victim who agrees at a forwarded address links no account. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comeBack, comeBackAndConfirm, decideAtSandbox, goToProvider, logIn, readyToLink, valueIn } from '../support/linking.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService, type TestSession } from '../support/service.ts';
import { seed } from '../support/workflows.ts';

const returnTo = 'https://app.example.com/linked?from=here';
const returnToApp = 'com.example.app:/linked';
const verdict = ({ status, body }: Answer) => [status, body.code ?? body.outcome ?? body.state];

let people = 0;

describe.each(databaseKinds)('the confirmation of a link on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind, { LINK_RETURN_URLS: `${returnTo}, ${returnToApp}, https://other.example.com/` });
    client = service.client;
  });
  afterAll(() => service.remove());

  const ready = () => {
    people += 1;
    return readyToLink(client, `confirming-${people}@example.com`);
  };
  const freshSubject = () => {
    people += 1;
    return `subject-${people}@example.org`;
  };
  /** @returns the page that a person reaches after agreeing at the session's address */
  const agreed = async (setup: TestSession, more: Readonly<Record<string, string>> = {}) =>
    decideAtSandbox(client, await goToProvider(setup, 'sandbox', more), freshSubject());
  /** @returns a session with a grant, and the value that confirms it */
  const granted = async () => {
    const setup = await ready();
    const address = await agreed(setup);
    const page = await comeBack(client, address);
    return { setup, address, page, value: valueIn(page) ?? expect.fail('No value') };
  };
  const confirm = (setup: TestSession, value: string) => setup.send('confirm-link', { value });
  const isUntouched = async (setup: TestSession, state: string, revision: number) =>
    expect(await setup.read()).toMatchObject({ state, revision });

  test('is required after the grant, and a victim’s consent at a forwarded address links no account', async () => {
    // The attacker holds the session, and forwards the address. The victim agrees, and their browser gets the value.
    const { setup, value } = await granted();
    const seen = JSON.stringify([await setup.read(), await setup.history()]);
    expect(seen).not.toContain(value);
    expect(await setup.read()).toMatchObject({ state: 'confirmingLink', linkExpiresAt: expect.any(String) });
    // Without the value, the attacker can only finish an account without the link.
    expect(verdict(await confirm(setup, 'A'.repeat(43)))).toEqual([422, 'wrong-link-value']);
    expect((await setup.send('skip-link')).body.outcome).toBe('complete');
    expect((await client.get('/v1/me', await logIn(client, `confirming-${people - 1}@example.com`))).body.links).toEqual([]);
  });

  test('accepts the value of the grant once, from the holder of the session only', async () => {
    const { setup, value } = await granted();
    const stranger = await ready();
    expect(verdict(await client.post(`${setup.path}/confirm-link`, { value }, { token: stranger.token }))).toEqual([
      401,
      'unauthenticated',
    ]);
    expect(verdict(await client.post(`${setup.path}/confirm-link`, { value }))).toEqual([401, 'unauthenticated']);
    expect((await setup.read()).state).toBe('confirmingLink');
    const both = await Promise.all([confirm(setup, value), confirm(setup, value)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await setup.read()).outcome).toBe('complete');
  });

  test('accepts no value of another session', async () => {
    const [mine, theirs] = [await granted(), await granted()];
    expect(verdict(await confirm(mine.setup, theirs.value))).toEqual([422, 'wrong-link-value']);
    expect(verdict(await confirm(theirs.setup, mine.value))).toEqual([422, 'wrong-link-value']);
    expect(verdict(await confirm(mine.setup, mine.value))).toEqual([200, 'complete']);
  });

  test('accepts no value of an earlier grant, and none without a grant', async () => {
    const { setup, value } = await granted();
    const next = await agreed(setup);
    expect(verdict(await confirm(setup, value))).toEqual([409, 'event-not-accepted']);
    const newer = valueIn(await comeBack(client, next)) ?? expect.fail('No value');
    expect(verdict(await confirm(setup, value))).toEqual([422, 'wrong-link-value']);
    expect(verdict(await confirm(setup, newer))).toEqual([200, 'complete']);
  });

  test('uses the last requested of two grants under way', async () => {
    const setup = await ready();
    const [first, second] = [await agreed(setup), await agreed(setup)];
    const [late, page] = await Promise.all([comeBack(client, first), comeBack(client, second)]);
    expect([late.status, valueIn(late)]).toEqual([400, null]);
    expect(verdict(await confirm(setup, valueIn(page) ?? ''))).toEqual([200, 'complete']);
  });

  test('uses the first of two grants of one address, which alone gets a value', async () => {
    const setup = await ready();
    const address = await goToProvider(setup, 'sandbox');
    const [own, strangers] = [
      await decideAtSandbox(client, address, freshSubject()),
      await decideAtSandbox(client, address, freshSubject()),
    ];
    const page = await comeBack(client, own);
    const other = await comeBack(client, strangers);
    expect([other.status, valueIn(other)]).toEqual([400, null]);
    expect(verdict(await confirm(setup, valueIn(page) ?? ''))).toEqual([200, 'complete']);
  });

  test('returns the value once: a repeated callback says that the answer was received, and changes nothing', async () => {
    const { setup, address, value } = await granted();
    const { revision } = await setup.read();
    for (const again of [await comeBack(client, address), await comeBack(client, address)]) {
      expect([again.status, valueIn(again)]).toEqual([200, null]);
      expect(again.body).toContain('was received');
      expect(again.body).not.toContain(value);
    }
    await isUntouched(setup, 'confirmingLink', revision);
    expect(verdict(await confirm(setup, value))).toEqual([200, 'complete']);
    const last = await comeBack(client, address);
    expect([last.status, valueIn(last)]).toEqual([400, null]);
  });

  test('returns the value to one of many simultaneous visits', async () => {
    const setup = await ready();
    const address = await agreed(setup);
    const pages = await Promise.all(Array.from({ length: 8 }, () => comeBack(client, address)));
    const values = pages.flatMap((page) => valueIn(page) ?? []);
    expect(values.length).toBe(1);
    expect(verdict(await confirm(setup, values[0] ?? ''))).toEqual([200, 'complete']);
  });

  test.each([
    [{ 'sec-purpose': 'prefetch' }],
    [{ 'sec-purpose': 'prefetch;prerender' }],
    [{ 'sec-purpose': 'prefetch;anonymous-client-ip' }],
    [{ purpose: 'prefetch' }],
    [{ 'x-purpose': 'preview' }],
    [{ 'x-moz': 'prefetch' }],
    [{ 'sec-fetch-dest': 'empty' }],
    [{ 'sec-fetch-dest': 'iframe' }],
    [{ 'sec-fetch-dest': 'image' }],
  ])('returns no value to a request that is no visit (%o), and changes nothing', async (headers) => {
    const setup = await ready();
    const address = await agreed(setup);
    const { revision } = await setup.read();
    const ahead = await comeBack(client, address, headers);
    expect([ahead.status, valueIn(ahead), ahead.headers.get('cache-control')]).toEqual([403, null, 'no-store']);
    await isUntouched(setup, 'authorizing', revision);
    expect((await comeBackAndConfirm(setup, address)).body.outcome).toBe('complete');
  });

  test('returns no value to HEAD, and changes nothing', async () => {
    const setup = await ready();
    const address = await agreed(setup);
    const { revision } = await setup.read();
    const { status, headers, body } = await client.call('HEAD', `/oauth/callback${new URL(address).search}`);
    expect([status, body, headers.get('cache-control')]).toEqual([200, '', 'no-store']);
    await isUntouched(setup, 'authorizing', revision);
    expect((await comeBackAndConfirm(setup, address)).body.outcome).toBe('complete');
  });

  test('needs a real answer: the state alone reveals and changes nothing', async () => {
    const setup = await ready();
    const state = new URL(await goToProvider(setup, 'sandbox')).searchParams.get('state') ?? '';
    const { revision } = await setup.read();
    const nobody = await client.get(`/oauth/callback?state=${setup.id}.${'a'.repeat(32)}`);
    for (const query of [
      `state=${state}`,
      `state=${state}&code=a&code=b`,
      `state=${state}&code=a&error=b`,
      `state=${state}&state=b&code=a`,
    ]) {
      const page = await client.get(`/oauth/callback?${query}`);
      expect([page.status, page.body]).toEqual([400, nobody.body]);
    }
    await isUntouched(setup, 'authorizing', revision);
    // Even with a grant, the state alone reveals nothing.
    await comeBack(client, await decideAtSandbox(client, (await setup.read()).data.authorizationUrl, freshSubject()));
    const page = await client.get(`/oauth/callback?state=${state}`);
    expect([page.status, page.body]).toEqual([400, nobody.body]);
  });

  test('counts wrong values, and drops the grant after a few', async () => {
    const { setup, value } = await granted();
    const { revision } = await setup.read();
    expect(verdict(await setup.send('confirm-link', { value: '' }))).toEqual([400, 'invalid-request']);
    expect(verdict(await setup.send('confirm-link', {}))).toEqual([400, 'invalid-request']);
    await isUntouched(setup, 'confirmingLink', revision);
    const guesses = Array.from({ length: seed.confirmationsPerGrant }, (_, guess) =>
      `${value.slice(0, -1)}${guess}`.split('').reverse().join(''),
    );
    for (const guess of guesses) expect(verdict(await confirm(setup, guess))).toEqual([422, 'wrong-link-value']);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'unconfirmed' } });
    expect(verdict(await confirm(setup, value))).toEqual([409, 'event-not-accepted']);
    // Another grant has its own attempts.
    const next = await agreed(setup);
    expect((await comeBackAndConfirm(setup, next)).body.outcome).toBe('complete');
  });

  test('compares at most the allowed number of simultaneous guesses', async () => {
    const { setup, value } = await granted();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, guess) => confirm(setup, `${value}${guess}`)));
    const wrong = answers.filter(({ body }) => body.code === 'wrong-link-value');
    expect([wrong.length, (await setup.read()).state]).toEqual([seed.confirmationsPerGrant, 'linking']);
  });

  test('is refused after the link has expired', async () => {
    const { setup, value } = await granted();
    await client.freeze();
    try {
      const until = Date.parse((await setup.read()).linkExpiresAt);
      await client.at(until);
      expect(verdict(await confirm(setup, value))).toEqual([409, 'event-not-accepted']);
      expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'expired' } });
      const next = await agreed(setup);
      const page = await comeBack(client, next);
      await client.at(Date.parse((await setup.read()).linkExpiresAt) - 1);
      expect(verdict(await confirm(setup, valueIn(page) ?? ''))).toEqual([200, 'complete']);
    } finally {
      await client.clock({ freeze: false });
    }
  });

  test('may return the value to a configured address, in the fragment, and to no other', async () => {
    const setup = await ready();
    for (const other of [
      `${returnTo}&more`,
      'https://app.example.com/linked',
      'https://evil.example/',
      `${returnTo}#x`,
      'javascript:alert(1)',
    ])
      expect(verdict(await setup.send('link-account', { provider: 'sandbox', returnTo: other }))).toEqual([400, 'invalid-request']);
    const address = await agreed(setup, { returnTo });
    const page = await comeBack(client, address);
    const location = new URL(page.headers.get('location') ?? '');
    const fragment = new URLSearchParams(location.hash.slice(1));
    expect([page.status, location.href.split('#')[0], fragment.get('session')]).toEqual([303, returnTo, setup.id]);
    expect([page.headers.get('referrer-policy'), page.headers.get('cache-control')]).toEqual(['no-referrer', 'no-store']);
    expect((await comeBack(client, address)).headers.get('location')).toBeNull();
    expect(verdict(await confirm(setup, fragment.get('value') ?? ''))).toEqual([200, 'complete']);
  });

  test('may return the value to an app, at its configured address', async () => {
    const setup = await ready();
    for (const other of ['com.example.app:/other', 'com.example.other:/linked'])
      expect(verdict(await setup.send('link-account', { provider: 'sandbox', returnTo: other }))).toEqual([400, 'invalid-request']);
    const url = await goToProvider(setup, 'sandbox', { returnTo: returnToApp });
    const { pathname, search } = new URL(url, client.url);
    // A browser applies the policy of the form to the redirections after it.
    expect((await client.get(pathname + search)).headers.get('content-security-policy')).toContain(' com.example.app:');
    const page = await comeBack(client, await decideAtSandbox(client, url, freshSubject()));
    const [address = '', fragment = ''] = (page.headers.get('location') ?? '').split('#');
    expect([page.status, address]).toEqual([303, returnToApp]);
    expect(verdict(await confirm(setup, new URLSearchParams(fragment).get('value') ?? ''))).toEqual([200, 'complete']);
  });

  test('returns without a value if the person refused', async () => {
    const setup = await ready();
    const address = await decideAtSandbox(client, await goToProvider(setup, 'sandbox', { returnTo }), freshSubject(), 'refuse');
    const page = await comeBack(client, address);
    expect([page.status, page.headers.get('location')]).toEqual([303, `${returnTo}#session=${setup.id}`]);
    expect(await setup.read()).toMatchObject({ state: 'linking', data: { linkFailure: 'refused' } });
  });

  test('is handed over by a page that keeps its opener, is not cached, and shows the value to no other page', async () => {
    const { page, value } = await granted();
    expect([page.headers.get('cross-origin-opener-policy'), page.headers.get('cache-control')]).toEqual(['unsafe-none', 'no-store']);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.body.replaceAll(/<[^>]*>/g, '')).not.toContain(value);
    expect((await client.get('/')).headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups');
  });
});
