/** Support access over HTTP, on both databases: who may request and grant it, what an agent sees, and until when. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type StreamReader, watch } from '../support/event-reader.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService } from '../support/service.ts';

const keys = { desk: 'a-key-of-the-support-desk-1', night: 'a-key-of-the-night-shift--2', third: 'a-key-of-the-third-shift--3' };
const password = 'a quiet evening in Porto';
const reason = 'You wrote that no message arrives';
const verdict = ({ status, body }: Answer) => [status, body.code];
const offered = ({ body }: Answer) => body.events.map(({ type }: { type: string }) => type).sort();
const minute = 60_000;

interface Owner {
  readonly id: string;
  readonly email: string;
  /** Logs in with a code. @returns the access token */
  login(): Promise<string>;
  /** Logs in on the trusted device. @returns the access token */
  loginOnDevice(): Promise<string>;
}

let people = 0;

describe.each(databaseKinds)('support access on %s', (kind) => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(kind, { ADMIN_KEYS: `desk:${keys.desk},night:${keys.night},third:${keys.third}` });
    client = service.client;
    await client.freeze();
  });
  afterAll(() => service.remove());

  const asAgent = (agent = 'Sam', key = keys.desk) => ({ token: key, headers: { 'x-agent': agent } });

  async function owner(): Promise<Owner> {
    people += 1;
    const email = `owner-${people}@example.com`;
    const { body } = await client.post('/sandbox/accounts', { email, password, trustedDevice: true });
    const login = async () => {
      const session = await client.start('login-verifications', { email, password });
      return (await session.submit(await client.codeFor(email))).body.accessToken as string;
    };
    const loginOnDevice = async () =>
      (await client.post('/v1/login-verifications', { email, password, deviceToken: body.deviceToken })).body.accessToken as string;
    return { id: body.id, email, login, loginOnDevice };
  }

  const ask = (accountId: string, credentials = asAgent()) => client.post('/v1/support-accesses', { accountId, reason }, credentials);
  const send = (id: string, event: string, token: string, body: unknown = {}) =>
    client.post(`/v1/support-accesses/${id}/${event}`, body, { token });
  const details = async (accountId: string, credentials = asAgent()) =>
    (await client.call('GET', `/admin/accounts/${accountId}`, credentials)).body;
  /** The notices to the owner, oldest first, once there are this many: no answer waits for them. */
  const notices = ({ email }: Owner, count: number) =>
    vi.waitFor(
      async () => {
        const told = (await client.messages(email)).flatMap(({ notice }) => notice ?? []).toReversed();
        expect(told.length).toBeGreaterThanOrEqual(count);
        return told;
      },
      { timeout: 10_000 },
    );

  test('an agent requests access, the owner is told why and by whom, and grants it for a while', async () => {
    const jane = await owner();
    const asked = await ask(jane.id);
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({
      workflow: 'support-access',
      state: 'requested',
      data: { accountId: jane.id, agent: 'Sam', reason, minutes: null },
      endsAt: null,
      result: null,
    });
    expect(asked.body).not.toHaveProperty('sessionToken');
    expect(offered(asked)).toEqual(['cancel']);
    expect(offered(await client.get(`/v1/support-accesses/${asked.body.id}`, await jane.login()))).toEqual(['deny', 'grant']);
    expect(await notices(jane, 1)).toEqual(['support-requested']);
    const message = (await client.messages(jane.email)).find(({ notice }) => notice !== null);
    expect(message).toMatchObject({ notice: 'support-requested', code: null });
    expect(message?.['text']).toContain('Sam');
    expect(message?.['text']).toContain(reason);
    expect(await details(jane.id)).toMatchObject({ email: 'o***@example.com', accessId: null });

    const granted = await send(asked.body.id, 'grant', await jane.login(), { minutes: 60 });
    expect([granted.status, offered(granted)]).toEqual([200, ['revoke']]);
    const now = Date.parse((await client.get('/sandbox/clock')).body.now);
    expect(granted.body).toMatchObject({ state: 'granted', data: { minutes: 60 }, endsAt: new Date(now + 60 * minute).toISOString() });
    expect(await details(jane.id)).toMatchObject({ email: jane.email, accessId: asked.body.id });
    expect(await notices(jane, 2)).toEqual(['support-requested', 'support-granted']);
  });

  test('only the agent to whom it was granted sees the account, with the same key and name', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    await send(body.id, 'grant', await jane.login(), { minutes: 15 });
    const masked = { email: 'o***@example.com', accessId: null };
    expect(await details(jane.id, asAgent('Robin'))).toMatchObject(masked);
    expect(await details(jane.id, asAgent('Sam', keys.night))).toMatchObject(masked);
    expect(await details(jane.id, { token: keys.desk, headers: { 'x-agent': '' } })).toMatchObject(masked);
    expect(await details(jane.id)).toMatchObject({ email: jane.email });
    const other = await owner();
    expect(await details(other.id)).toMatchObject(masked);
  });

  test('access ends by itself to the millisecond, and the owner is told', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    const { body: granted } = await send(body.id, 'grant', await jane.login(), { minutes: 15 });
    const end = Date.parse(granted.endsAt);
    await client.at(end - 1);
    expect(await details(jane.id)).toMatchObject({ email: jane.email });
    await client.at(end);
    expect(await details(jane.id)).toMatchObject({ email: 'o***@example.com', accessId: null });
    const seen = await client.call('GET', `/v1/support-accesses/${body.id}`, asAgent());
    expect(seen.body).toMatchObject({ state: 'ended', status: 'done' });
    expect(await notices(jane, 3)).toEqual(['support-requested', 'support-granted', 'support-ended']);
  });

  test.each([
    ['the owner', 'revoke'],
    ['the agent', 'cancel'],
  ])('%s ends it at once', async (who, event) => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    await send(body.id, 'grant', await jane.login(), { minutes: 1440 });
    const path = `/v1/support-accesses/${body.id}/${event}`;
    const ended = await client.post(path, {}, who === 'the agent' ? asAgent() : { token: await jane.login() });
    expect(ended.body).toMatchObject({ state: 'ended' });
    expect(await details(jane.id)).toMatchObject({ email: 'o***@example.com' });
  });

  test('a denied, cancelled or unanswered request shows nothing and can no longer be granted', async () => {
    const jane = await owner();
    const [denied, withdrawn, forgotten] = await Promise.all([ask(jane.id), ask(jane.id), ask(jane.id)]);
    expect((await send(denied.body.id, 'deny', await jane.login())).body.state).toBe('denied');
    expect((await client.post(`/v1/support-accesses/${withdrawn.body.id}/cancel`, {}, asAgent())).body.state).toBe('cancelled');
    await client.clock({ advance: 'PT24H' });
    const token = await jane.login();
    for (const { body } of [denied, withdrawn, forgotten]) {
      expect(verdict(await send(body.id, 'grant', token, { minutes: 60 }))).toEqual([409, 'event-not-accepted']);
    }
    expect(await details(jane.id)).toMatchObject({ email: 'o***@example.com' });
  });

  test('only the owner grants, denies or revokes', async () => {
    const [jane, mallory] = [await owner(), await owner()];
    const { body } = await ask(jane.id);
    const { body: session } = await client.post('/v1/email-verifications', { email: `x-${people}@example.com` });
    for (const event of ['grant', 'deny', 'revoke']) {
      const fields = event === 'grant' ? { minutes: 60 } : {};
      const path = `/v1/support-accesses/${body.id}/${event}`;
      expect(verdict(await client.post(path, fields, asAgent()))).toEqual([401, 'unauthenticated']);
      expect(verdict(await client.post(path, fields))).toEqual([401, 'unauthenticated']);
      expect(verdict(await client.post(path, fields, { token: session.sessionToken }))).toEqual([401, 'unauthenticated']);
      expect(verdict(await client.post(path, fields, { token: await mallory.login() }))).toEqual([404, 'not-found']);
      expect(verdict(await client.post(path, fields, asAgent('Robin')))).toEqual([404, 'not-found']);
    }
    expect((await client.call('GET', `/v1/support-accesses/${body.id}`, asAgent())).body).toMatchObject({ state: 'requested' });
  });

  test('only the owner and the agent see the session: its state, its history, and its existence', async () => {
    const [jane, mallory] = [await owner(), await owner()];
    const { body } = await ask(jane.id);
    for (const path of ['', '/history', '/stream']) {
      const address = `/v1/support-accesses/${body.id}${path}`;
      expect(verdict(await client.get(address, await mallory.login()))).toEqual([404, 'not-found']);
      expect(verdict(await client.call('GET', address, asAgent('Robin')))).toEqual([404, 'not-found']);
      expect(verdict(await client.get(address))).toEqual([401, 'unauthenticated']);
    }
    expect((await client.get(`/v1/support-accesses/${body.id}`, await jane.login())).status).toBe(200);
  });

  const watching = (id: string, reader: StreamReader) => watch(`${client.url}/v1/support-accesses/${id}/stream`, reader);

  test('a stream ends with the login that opened it, when that expires; an agent’s goes on', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    const [owners, agents] = [await watching(body.id, { token: await jane.login() }), await watching(body.id, asAgent())];
    await client.clock({ advance: 'PT15M' });
    expect(await owners.block()).toBeNull();
    await client.post(`/v1/support-accesses/${body.id}/cancel`, {}, asAgent());
    expect(await agents.next()).toMatchObject({ data: { state: 'cancelled' } });
  });

  test('a stream sends nothing more once the password has changed since its login', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    const [owners, agents] = [await watching(body.id, { token: await jane.login() }), await watching(body.id, asAgent())];
    expect((await client.post(`/sandbox/accounts/${jane.id}/password`, { password: 'a loud morning in Lagos' })).status).toBe(204);
    await client.post(`/v1/support-accesses/${body.id}/cancel`, {}, asAgent());
    expect(await owners.next()).toBeNull();
    expect(await agents.next()).toMatchObject({ data: { state: 'cancelled' } });
  });

  test.each([
    ['no key', {}, 401],
    ['another key', { token: 'a-key-that-nobody-has-ever-made', headers: { 'x-agent': 'Sam' } }, 401],
    ['no name', { token: keys.desk }, 400],
  ])('with %s no request is accepted', async (_, credentials, status) => {
    const jane = await owner();
    expect((await client.post('/v1/support-accesses', { accountId: jane.id, reason }, credentials)).status).toBe(status);
    expect(await client.messages(jane.email)).toEqual([]);
  });

  test('an owner cannot request access, and a missing account is reported', async () => {
    const jane = await owner();
    expect(verdict(await ask(jane.id, { token: await jane.login(), headers: { 'x-agent': 'Sam' } }))).toEqual([401, 'unauthenticated']);
    const { body, status } = await ask('01a209bb-07ee-7090-be7e-e8e04bd76b5f');
    expect([status, body.code, body.errors[0].path]).toEqual([400, 'invalid-request', '/accountId']);
  });

  test.each([14, 1441, 0, -60, 60.5, '60', null])('a grant of %j minutes is none', async (minutes) => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    expect(verdict(await send(body.id, 'grant', await jane.login(), { minutes }))).toEqual([400, 'invalid-request']);
  });

  test('every read is recorded in a list for the owner; refused reads are not', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    await details(jane.id);
    await send(body.id, 'grant', await jane.login(), { minutes: 60 });
    const looks: string[] = [];
    for (let look = 0; look < 3; look += 1) {
      looks.unshift(await client.clock({ advance: 'PT1M' }).then((at) => new Date(at).toISOString()));
      await details(jane.id);
    }
    await details(jane.id, asAgent('Robin'));
    const { body: seen } = await client.get('/v1/me/support-accesses', await jane.login());
    expect(seen.supportAccesses).toHaveLength(1);
    expect(seen.supportAccesses[0]).toMatchObject({ id: body.id, state: 'granted', data: { agent: 'Sam', reason }, looks });
    const { body: audit } = await client.call('GET', `/admin/audit?accountId=${jane.id}`, { token: keys.desk });
    const asked = audit.entries.filter(({ action }: { action: string }) => action === 'POST /v1/support-accesses');
    expect(asked).toEqual([
      expect.objectContaining({ agent: 'Sam', keyName: 'desk', accountId: jane.id, sessionId: body.id, status: 201 }),
    ]);
  });

  test('later requests do not hide a granted one, and requests a day are limited', async () => {
    const jane = await owner();
    const { body } = await ask(jane.id);
    await send(body.id, 'grant', await jane.login(), { minutes: 60 });
    for (let more = 0; more < 4; more += 1) expect((await ask(jane.id)).status).toBe(201);
    const refused = await ask(jane.id);
    expect([...verdict(refused), refused.body.limit]).toEqual([429, 'rate-limited', 'agent']);
    // Another name does not make another agent; another key does.
    expect((await ask(jane.id, asAgent('Robin'))).body.limit).toBe('agent');
    expect((await ask(jane.id, asAgent('Robin', keys.night))).status).toBe(201);
    const { body: seen } = await client.get('/v1/me/support-accesses', await jane.login());
    expect(seen.supportAccesses).toHaveLength(6);
    expect(seen.supportAccesses.map(({ state }: { state: string }) => state)).toContain('granted');
  });

  test('all agents’ keys together request one account ten times a day, and each key some hundred accounts', async () => {
    const jane = await owner();
    const statuses = async (key: string, count: number) => {
      const answers: (string | number)[] = [];
      for (let asked = 0; asked < count; asked += 1) {
        const { status, body } = await ask(jane.id, asAgent(`Sam ${asked}`, key));
        answers.push(body.limit ?? status);
      }
      return answers;
    };
    const five = [201, 201, 201, 201, 201];
    expect(await statuses(keys.desk, 6)).toEqual([...five, 'agent']);
    expect(await statuses(keys.night, 5)).toEqual(five);
    expect(await statuses(keys.third, 2)).toEqual(['account', 'account']);
    const unknown = (index: number) => `0193a3c1-5f6e-7b2d-9c4a-${String(index).padStart(12, '0')}`;
    const looked = await Promise.all(Array.from({ length: 230 }, (_, index) => ask(unknown(index), asAgent(`Sam ${index}`, keys.third))));
    expect(looked.filter(({ body }) => body.code === 'invalid-request')).toHaveLength(200);
    expect(looked.filter(({ body }) => body.limit === 'agent')).toHaveLength(30);
  });

  test('a repeated start is the same request, with one notice', async () => {
    const jane = await owner();
    const credentials = asAgent();
    const headers = { ...credentials.headers, 'idempotency-key': `ask-${jane.id}` };
    const [first, second] = [await ask(jane.id, { ...credentials, headers }), await ask(jane.id, { ...credentials, headers })];
    expect(second.body.id).toBe(first.body.id);
    expect(await notices(jane, 1)).toEqual(['support-requested']);
  });
});
