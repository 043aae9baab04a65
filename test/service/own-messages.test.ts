/** Messages of a stranger's workflow: by channel and language, with figures, deadlines and details, and as reminders of a timer. */
import { Type } from '@sinclair/typebox';
import {
  codes,
  createService,
  Duration,
  defineFigures,
  defineModule,
  defineWorkflow,
  type FiguresOf,
  Limit,
  messages,
  type Service,
  task,
} from 'verification-workflows';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { noFields, noPayload } from '../../machines/fields.ts';
import { closed } from '../../machines/workflow.ts';
import { Client, type Json, type TestDatabase, testDatabase } from '../support/service.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const figures = defineFigures({
  holdMs: { schema: Duration('How long a seat is held.'), default: 3 * HOUR, reason: 'An evening.' },
  reminderMs: { schema: Duration('The time between two reminders.'), default: HOUR, reason: 'Often enough.' },
  reminders: { schema: Limit('The most reminders.'), default: 2, reason: 'A third one annoys.' },
});

const event = { description: 'An event.', body: noFields, sender: 'holder', payloads: noPayload } as const;

/** Holds a seat, says so by email, and reminds by text message and call until the seat is taken or given back. */
const seat = defineWorkflow('seat', (policy: FiguresOf<typeof figures>) => ({
  collection: 'seats',
  version: 1,
  description: 'Holds a seat.',
  machine: setup({
    types: {} as { context: { reminders: number }; events: { type: 'TAKE' } | { type: 'RING' } | { type: 'WRITE' } },
    actions: {
      sendMessage: (_, _message: { notice: string; to: string; channel?: string }) => {},
      count: assign({ reminders: ({ context }) => context.reminders + 1 }),
    },
    guards: { isLast: ({ context }) => context.reminders >= policy.reminders },
    delays: { hold: policy.holdMs, reminder: policy.reminderMs },
  }).createMachine({
    id: 'seat',
    context: { reminders: 0 },
    initial: 'held',
    on: {
      RING: { actions: { type: 'sendMessage', params: { notice: 'seat-reminder', to: 'mobile', channel: 'voice' } } },
      WRITE: { actions: { type: 'sendMessage', params: { notice: 'seat-reminder', to: 'pager', channel: 'pager' } } },
    },
    states: {
      held: {
        entry: { type: 'sendMessage', params: { notice: 'seat-held', to: 'email' } },
        on: { TAKE: 'taken' },
        after: { hold: 'lost' },
        initial: 'waiting',
        states: {
          waiting: { after: { reminder: 'reminding' } },
          reminding: {
            entry: ['count', { type: 'sendMessage', params: { notice: 'seat-reminder', to: 'mobile' } }],
            after: {
              reminder: [
                { guard: 'isLast', target: 'quiet' },
                { target: 'reminding', reenter: true },
              ],
            },
          },
          quiet: {},
        },
      },
      taken: { type: 'final' },
      lost: { type: 'final' },
    },
  }),
  data: { name: 'shown', email: 'masked', mobile: 'masked', pager: 'sealed' },
  start: {
    body: Type.Object(
      {
        name: Type.String({ maxLength: 80 }),
        email: Type.String({ format: 'email' }),
        mobile: Type.Optional(Type.String({ format: 'phone' })),
        pager: Type.Optional(Type.String()),
      },
      closed,
    ),
    events: [null],
  },
  events: { TAKE: event, RING: event, WRITE: event },
  view: { schema: Type.Object({}), of: ({ masked }) => ({ name: masked.name }) },
  deadlines: { hold: 'heldUntil' },
}));

/** Sends a code that is valid for five minutes, and not as long as the codes of the built-in workflows. */
const quickCode = defineWorkflow('quick-code', () => ({
  collection: 'quick-codes',
  version: 1,
  description: 'Sends a code for five minutes.',
  machine: setup({
    actors: { deliverCode: task<{ codeNumber: number; sendNumber: number; channel: string }>() },
    delays: { codeLifetime: 5 * MINUTE },
  }).createMachine({
    id: 'quick-code',
    initial: 'sending',
    after: { codeLifetime: '.late' },
    states: {
      sending: {
        invoke: {
          id: 'deliverCode',
          src: 'deliverCode',
          input: { codeNumber: 1, sendNumber: 1, channel: 'email' },
          onDone: 'sent',
          onError: 'late',
        },
      },
      sent: {},
      late: { type: 'final' },
    },
  }),
  start: { body: Type.Object({ email: Type.String() }, closed), resolver: 'destination', events: [null] },
  events: {},
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: { codeLifetime: 'codeExpiresAt' },
}));

const desk = defineModule({
  name: 'desk',
  needs: [messages(), codes()],
  figures,
  workflows: [seat, quickCode],
  channels: {
    pager: {
      title: 'Pager',
      detail: 'pager',
      limits: 'address',
      parts: ['text'],
      languages: ['en'],
      render: ({ code }) => ({ subject: null, text: code, html: null }),
    },
  },
  details: { pager: 'hidden' },
  notices: {
    'seat-held': {
      texts: {
        en: {
          subject: (name) => `${name} holds a seat`,
          event: (_, { name = '' }, { figures: { holdMs = 0 }, duration }) => `A seat is held for ${name} for ${duration(holdMs)}.`,
          advice: [(_, _details, { deadlines: { hold = 0 }, time }) => `It is yours until ${time(hold)}.`, 'Take it in time.'],
        },
        de: {
          subject: 'Ein Platz ist frei gehalten',
          event: (_, { name = '' }, { figures: { holdMs = 0 }, duration }) => `Für ${name} ist ${duration(holdMs)} lang ein Platz frei.`,
          advice: [],
        },
        it: { subject: 'Un posto è riservato', event: (_, { name = '' }) => `Un posto è riservato per ${name}.`, advice: [] },
      },
    },
    'seat-reminder': {
      sms: {
        en: (from, { name = '' }, { deadlines: { hold = 0 }, at, duration }) =>
          `${from}: your seat is held for ${duration(hold - at)}, ${name}.`,
        de: 'Ihr Platz ist noch frei.',
      },
      voice: { en: (name) => `Hello, this is ${name}. Your seat is still held.` },
      channels: { pager: { en: 'SEAT' } },
    },
  },
});

let database: TestDatabase;
let service: Service;
let client: Client;
const started = async () => {
  const config = { ...database.environment, PASSWORD_HASHING: '', POLICY: '', SERVICE_NAME: 'Desk', PORT: '0' };
  service = await createService({ modules: [desk], config });
  client = new Client((await service.listen()).url);
};
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  await started();
  await client.freeze();
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

const guest = (number: number) => ({ name: 'Ada', email: `ada${number}@example.com`, mobile: `+3361234560${number}` });

/** The messages to an address, the oldest first, once there are as many. */
async function arrived(to: string, count: number): Promise<Json[]> {
  await expect.poll(async () => (await client.messages(to)).length, { timeout: 10_000 }).toBe(count);
  return (await client.messages(to)).toReversed();
}

describe('a message of a workflow', () => {
  test('states figures of the deployment, deadlines of the session and details', async () => {
    const session = await client.start('seats', guest(1));
    const { heldUntil } = await session.read();
    const [message = null] = await arrived('ada1@example.com', 1);
    expect([message.channel, message.subject]).toEqual(['email', 'Desk holds a seat']);
    expect(message.text).toContain('A seat is held for Ada for 3 hours.');
    expect(message.text).toContain(`It is yours until`);
    expect(message.text).toContain(`${heldUntil.slice(11, 16)} UTC.`);
    // The session names no device, so the message names none.
    expect(message.text).not.toContain('Device');
  });

  test.each([
    ['de-AT', 'Ein Platz ist frei gehalten', 'Für Ada ist 3 Stunden lang ein Platz frei.', 2],
    ['it, de;q=0.5', 'Un posto è riservato', 'Un posto è riservato per Ada.', 3],
    ['ja', 'Desk holds a seat', 'A seat is held for Ada for 3 hours.', 4],
  ])('is written for a reader of %s', async (language, subject, text, number) => {
    await client.start('seats', guest(number), { 'accept-language': language });
    const [message = null] = await arrived(`ada${number}@example.com`, 1);
    expect(message.subject).toBe(subject);
    expect(message.text).toContain(text);
  });

  test('carries no link that a stranger typed as a name', async () => {
    await client.start('seats', { ...guest(5), name: 'see https://evil.example/now' });
    const [message = null] = await arrived('ada5@example.com', 1);
    expect(message.text).not.toContain('evil.example');
    expect(message.text).toContain('held for see https:');
  });

  test('goes by call and by the channel of a module, if the machine names them', async () => {
    const session = await client.start('seats', { ...guest(6), pager: '12345' });
    expect((await session.send('ring')).status).toBe(200);
    expect((await session.send('write')).status).toBe(200);
    const [call] = await arrived('+33612345606', 1);
    expect([call.channel, call.text]).toEqual(['voice', 'Hello, this is Desk. Your seat is still held.']);
    const [page] = await arrived('12345', 1);
    expect([page.channel, page.text]).toEqual(['pager', 'SEAT']);
  });

  test('draws on the budget of its destination', async () => {
    const session = await client.start('seats', guest(7));
    const statuses: number[] = [];
    for (let ring = 0; ring < 8; ring += 1) statuses.push((await session.send('ring')).status);
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('reminders of a timer', () => {
  test('are sent once each, as often as the figure says, also when the process restarts in between', async () => {
    const session = await client.start('seats', { ...guest(8), name: 'A'.repeat(80) });
    await client.clock({ advance: 'PT1H' });
    const [first] = await arrived('+33612345608', 1);
    expect([first.channel, first.text]).toEqual(['sms', `Desk: your seat is held for 2 hours, ${'A'.repeat(80)}.`]);
    await service.stop();
    await started();
    await client.clock({ advance: 'PT1H' });
    expect((await arrived('+33612345608', 2))[1].text).toContain('held for 1 hour,');
    await client.clock({ advance: 'PT59M' });
    expect((await session.through(client).read()).state).toBe('held.reminding');
    await client.clock({ advance: 'PT1M' });
    expect((await session.through(client).read()).state).toBe('lost');
    expect(await client.messages('+33612345608')).toHaveLength(2);
  });

  test('wait while the budget of their destination is used up', async () => {
    const session = await client.start('seats', guest(9));
    await client.clock({ advance: 'PT59M59S' });
    const calls: number[] = [];
    while (calls.at(-1) !== 429 && calls.length < 20) calls.push((await session.send('ring')).status);
    const made = calls.length - 1;
    await arrived('+33612345609', made);
    await client.clock({ advance: 'PT1S' });
    expect((await session.read()).state).toBe('held.reminding');
    expect((await arrived('+33612345609', made)).map(({ channel }) => channel)).not.toContain('sms');
    await client.clock({ advance: 'PT30M' });
    await arrived('+33612345609', made + 1);
    expect((await client.messages('+33612345609'))[0].channel).toBe('sms');
  });
});

test('a code of five minutes is announced as one of five minutes', async () => {
  await client.start('quick-codes', { email: 'quick@example.com' });
  const [message = null] = await arrived('quick@example.com', 1);
  expect(message.text).toContain(', 5 minutes after it was first sent.');
});
