/** Requests that a party repeats with their Idempotency-Key after its access has ended: the first answer again, and nothing later. */
import { Type } from '@sinclair/typebox';
import { builtInModules, closed, createService, defineModule, defineWorkflow, messages, type Service } from 'verification-workflows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { type CallOptions, Client, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

const shopKey = 'a-key-of-the-shop-backend-1';
const bankKey = 'a-key-of-the-bank-backend-2';
const password = 'a quiet evening in Porto';
const DAY = 24 * 60 * 60 * 1000;
const noFields = Type.Object({}, closed);
const Note = Type.Object({ note: Type.Optional(Type.String({ maxLength: 100 })) }, closed);

/** A handover of a key: the time of the invitation ends with the answer to it, and the keeper can name another keeper. */
const handover = defineWorkflow('handover', () => ({
  collection: 'handovers',
  version: 1,
  description: 'Hands a key over to a guest.',
  machine: setup({
    types: {} as {
      context: { steps: number };
      events: { type: 'ACCEPT' | 'ASK' | 'INVITE_AGAIN' | 'PASS_ON' | 'LEAVE' | 'SEND' | 'RETURN' };
    },
    actions: {
      invite: (_, _params: { party: 'guest' }) => {},
      refuse: (_, _refusal: { code: 'not-yet' }) => {},
      count: assign({ steps: ({ context }) => Math.min(9, context.steps + 1) }),
    },
    delays: { answer: DAY },
  }).createMachine({
    context: { steps: 0 },
    initial: 'offered',
    on: { PASS_ON: { actions: 'count' } },
    states: {
      offered: {
        entry: { type: 'invite', params: { party: 'guest' } },
        after: { answer: 'lapsed' },
        on: {
          ACCEPT: { target: 'held', actions: 'count' },
          ASK: { actions: { type: 'refuse', params: { code: 'not-yet' } } },
          INVITE_AGAIN: { target: 'offered', reenter: true },
        },
      },
      held: { on: { SEND: 'sent', LEAVE: 'left', ASK: { actions: 'count' } } },
      sent: { on: { RETURN: 'returned' } },
      left: { type: 'final' },
      returned: { type: 'final' },
      lapsed: { type: 'final' },
    },
  }),
  data: { guestEmail: 'masked', keeper: 'masked', note: 'shown' },
  // The last commit removes the address that finds the keeper's account.
  secrets: ['keeper'],
  parties: { guest: { invited: { to: 'guestEmail', notice: 'key-offered', until: 'answer' } }, keeper: { by: 'keeper' } },
  start: {
    body: Type.Object({ guestEmail: Type.String({ format: 'email' }), keeper: Type.String({ format: 'email' }) }, closed),
    events: [null],
  },
  events: {
    ACCEPT: { description: 'Accepts.', body: Note, sender: 'guest', payloads: [{}] },
    ASK: { description: 'Asks.', body: noFields, sender: 'guest', payloads: [{}] },
    INVITE_AGAIN: { description: 'Invites again.', body: noFields, sender: 'holder', payloads: [{}] },
    PASS_ON: {
      description: 'Names another keeper.',
      body: Type.Object({ keeper: Type.String({ format: 'email' }) }, closed),
      sender: 'keeper',
      payloads: [{}],
    },
    LEAVE: { description: 'Leaves.', body: noFields, sender: ['keeper', 'holder'], payloads: [{}] },
    SEND: { description: 'Sends.', body: noFields, sender: 'client', payloads: [{}] },
    RETURN: { description: 'Returns.', body: noFields, sender: 'client', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ viewer: Type.String(), steps: Type.Integer(), keeper: Type.Optional(Type.String()) }),
    of: ({ context, masked, viewer }) => ({
      viewer,
      steps: context.steps,
      ...(masked.keeper === undefined ? {} : { keeper: masked.keeper }),
    }),
  },
  deadlines: { answer: 'answerBy' },
}));

const handovers = defineModule({
  name: 'handovers',
  needs: [messages()],
  workflows: [handover],
  refusals: { 'not-yet': { status: 409, title: 'Not yet', explanation: 'Later.', remedy: 'Wait.' } },
  notices: {
    'key-offered': {
      texts: {
        en: { subject: () => 'A key', event: () => 'A key is yours.', advice: ['Or do nothing.'], link: 'Take it:' },
      },
    },
  },
});

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  const config = { ...database.environment, POLICY: 'seed', SANDBOX: 'true', CLIENT_KEYS: `shop:${shopKey},bank:${bankKey}` };
  service = await createService({ modules: [...builtInModules(), handovers], config });
  client = new Client((await service.listen()).url);
  await client.freeze();
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

let count = 0;

interface Begun {
  readonly session: TestSession;
  /** Posts an event with an Idempotency-Key. */
  send(event: string, key: string | null, as: CallOptions, body?: object): ReturnType<Client['post']>;
  /** The token in the newest message to the guest. */
  guestToken(least?: number): Promise<string>;
}

async function begun(keeper?: string): Promise<Begun> {
  count += 1;
  const guestEmail = `guest-${count}@example.com`;
  const session = await client.start(
    'handovers',
    { guestEmail, keeper: keeper ?? `keeper-${count}@example.com` },
    { 'x-client-key': shopKey },
  );
  return {
    session,
    send: (event, key, { headers = {}, ...as }, body = {}) =>
      client.post(`${session.path}/${event}`, body, {
        ...as,
        headers: { ...headers, ...(key === null ? {} : { 'idempotency-key': key }) },
      }),
    guestToken: async (least = 1) => {
      let texts: string[] = [];
      await expect
        .poll(async () => {
          texts = (await client.messages(guestEmail)).map(({ text }) => text);
          return texts.length;
        })
        .toBeGreaterThanOrEqual(least);
      return /#(\S+)/.exec(texts[0] ?? '')?.[1] ?? expect.fail('No link');
    },
  };
}

/** An account with this address. @returns the access token of a login */
async function loginOf(email: string): Promise<string> {
  const { deviceToken } = (await client.post('/sandbox/accounts', { email, password, trustedDevice: true })).body;
  const login = await client.post('/v1/login-verifications', { email, password, deviceToken }, { headers: { 'x-client-key': shopKey } });
  return login.body.accessToken ?? expect.fail(JSON.stringify(login.body));
}

const shop: CallOptions = { headers: { 'x-client-key': shopKey } };
const events = (history: readonly { event: string }[]) => history.map(({ event }) => event);

describe('an invited party', () => {
  test('gets the first answer again after its answer has ended the invitation', async () => {
    const { session, send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    const first = await send('accept', 'a', guest, { note: 'Thanks' });
    expect([first.status, first.body.state, first.body.events]).toEqual([200, 'held', []]);
    expect((await client.get(session.path, guest.token)).status).toBe(401);
    const again = await send('accept', 'a', guest, { note: 'Thanks' });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(events(await session.history())).toEqual(['start', 'accept']);
  });

  test('sees nothing that came after its request', async () => {
    const { send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    const first = await send('accept', 'a', guest);
    expect((await send('send', null, shop)).body.state).toBe('sent');
    expect((await send('accept', 'a', guest)).body).toEqual(first.body);
  });

  test('is refused as before with another body, another key, and without a key', async () => {
    const { session, send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    await send('accept', 'a', guest, { note: 'Thanks' });
    const refused = await send('accept', null, guest);
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated']);
    const { revision } = await session.read();
    for (const attempt of [
      send('accept', 'a', guest, { note: 'Other' }),
      send('accept', 'a', guest, { unknown: true }),
      send('accept', 'b', guest, { note: 'Thanks' }),
      send('accept', 'ä', guest, { note: 'Thanks' }),
      send('ask', 'a', guest),
    ])
      expect((await attempt).body).toEqual(refused.body);
    expect((await session.read()).revision).toBe(revision);
  });

  test('repeats a refusal, and a request of the time before a later message replaced its link', async () => {
    const { session, send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    const asked = await send('ask', 'a', guest);
    expect([asked.status, asked.body.code]).toEqual([409, 'not-yet']);
    await send('invite-again', null, { token: session.token });
    const fresh = { token: await guestToken(2) };
    expect(fresh.token).not.toBe(guest.token);
    expect(await send('ask', 'a', guest)).toMatchObject({ status: 409, body: { code: 'not-yet', session: asked.body.session } });
    // The request of the new link is no request of the old one.
    const accepted = await send('accept', 'b', fresh);
    expect(accepted.status).toBe(200);
    expect((await send('accept', 'b', guest)).status).toBe(401);
    expect((await send('accept', 'b', fresh)).body).toEqual(accepted.body);
  });

  test('of two equal requests at once makes one', async () => {
    const { session, send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('accept', 'a', guest)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(events(await session.history())).toEqual(['start', 'accept']);
  });

  test('has a day for it', async () => {
    const { send, guestToken } = await begun();
    const guest = { token: await guestToken() };
    await send('accept', 'a', guest);
    await client.clock({ advance: 'PT23H59M' });
    expect((await send('accept', 'a', guest)).status).toBe(200);
    await client.clock({ advance: 'PT2M' });
    expect((await send('accept', 'a', guest)).status).toBe(401);
  });
});

describe('an owner found by an address', () => {
  test('repeats the request that named somebody else, and the request that ended the session', async () => {
    const [email, next] = [`jane-${count}@example.com`, `joe-${count}@example.com`];
    const [jane, joe] = [{ token: await loginOf(email) }, { token: await loginOf(next) }];
    const { session, send, guestToken } = await begun(email);
    const passed = await send('pass-on', 'a', jane, { keeper: next });
    expect([passed.status, passed.body.data]).toEqual([200, { viewer: 'keeper', steps: 1, keeper: expect.stringMatching(/^j/) }]);
    expect((await send('pass-on', 'a', joe, { keeper: next })).body.data.steps).toBe(2);
    expect(await send('pass-on', 'a', jane, { keeper: next })).toMatchObject({ status: 200, body: passed.body });
    expect((await send('pass-on', 'a', jane, { keeper: email })).status).toBe(404);
    expect((await client.get(session.path, jane.token)).status).toBe(404);

    await send('accept', null, { token: await guestToken() });
    const left = await send('leave', 'b', joe);
    expect([left.status, left.body.outcome, left.body.data]).toEqual([200, 'left', { viewer: 'keeper', steps: 3 }]);
    expect((await client.get(session.path, joe.token)).status).toBe(404);
    expect((await send('leave', 'b', joe)).body).toEqual(left.body);
    for (const stranger of [jane, { token: await loginOf(`stranger-${count}@example.com`) }])
      expect((await send('leave', 'b', stranger)).status).toBe(404);
  });
});

test('a client and the holder repeat their requests after the end, and another client does not', async () => {
  const [sold, left] = [await begun(), await begun()];
  for (const { send, guestToken } of [sold, left]) await send('accept', null, { token: await guestToken() });
  await sold.send('send', null, shop);
  const returned = await sold.send('return', 'a', shop);
  expect([returned.status, returned.body.outcome]).toEqual([200, 'returned']);
  expect((await sold.send('return', 'a', shop)).body).toEqual(returned.body);
  expect((await sold.send('return', 'a', { headers: { 'x-client-key': bankKey } })).status).toBe(404);

  const holder = { token: left.session.token };
  const ended = await left.send('leave', 'a', holder);
  expect([ended.status, ended.body.outcome]).toEqual([200, 'left']);
  expect((await left.send('leave', 'a', holder)).body).toEqual(ended.body);
  expect((await left.send('leave', 'a', {})).status).toBe(401);
});
