/** A workflow of one file whose tasks bring their own work: played over HTTP, beside another one with a task of the same name. */
import { Type } from '@sinclair/typebox';
import { closed, createService, defineModule, defineWorkflow, type Service, type TaskCall, task } from 'verification-workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { Client, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

const noFields = Type.Object({}, closed);
const Party = Type.Object({ seats: Type.Integer({ minimum: 1, maximum: 9 }) }, closed);

/** The calls of the ferry's task, and how many of them throw first. */
const calls: TaskCall<unknown>[] = [];
let failures = 0;

const ferry = defineWorkflow('ferry-trip', () => {
  const reserve = task({
    outcomes: ['reserved', 'full'],
    input: Party,
    retry: [1_000, 2_000],
    run: (call) => {
      calls.push(call);
      if (failures > 0) {
        failures -= 1;
        throw new Error('The ferry does not answer');
      }
      return call.input.seats > 4 ? 'full' : 'reserved';
    },
  });
  return {
    collection: 'ferry-trips',
    version: 1,
    description: 'Reserves seats on a ferry.',
    machine: setup({
      types: {} as { context: { seats: number }; events: { type: 'ASK'; seats: number } | { type: 'CANCEL' } },
      actors: { reserve },
      actions: { setSeats: assign({ seats: ({ event, context }) => ('seats' in event ? event.seats : context.seats) }) },
    }).createMachine({
      id: 'ferry-trip',
      context: { seats: 0 },
      initial: 'open',
      states: {
        open: { on: { ASK: { target: 'reserving', actions: 'setSeats' }, CANCEL: 'cancelled' } },
        reserving: {
          invoke: {
            id: 'reserve',
            src: 'reserve',
            input: ({ context }) => ({ seats: context.seats }),
            onDone: [{ guard: ({ event }) => event.output.outcome === 'full', target: 'open' }, { target: 'held' }],
            onError: 'closed',
          },
        },
        held: { type: 'final' },
        closed: { type: 'final' },
        cancelled: { type: 'final' },
      },
    }),
    start: { body: noFields, resolver: null, events: [null] },
    events: {
      ASK: {
        description: 'Asks for seats.',
        body: Party,
        resolver: 'seats',
        sender: 'holder',
        payloads: [{ seats: 1 }, { seats: 9 }],
      },
      CANCEL: { description: 'Gives up.', body: noFields, resolver: null, sender: 'holder', payloads: [{}] },
    },
    view: { schema: Type.Object({ seats: Type.Integer() }), of: ({ context }) => ({ seats: context.seats }) },
    deadlines: {},
  };
});

const sauna = defineWorkflow('sauna-visit', () => ({
  collection: 'sauna-visits',
  version: 1,
  description: 'Reserves a sauna.',
  machine: setup({ actors: { reserve: task({ outcomes: ['warm', 'cold'], run: async () => 'cold' }) } }).createMachine({
    initial: 'reserving',
    states: {
      reserving: {
        invoke: {
          src: 'reserve',
          onDone: [{ guard: ({ event }) => event.output.outcome === 'cold', target: 'cold' }, { target: 'warm' }],
          onError: 'cold',
        },
      },
      warm: { type: 'final' },
      cold: { type: 'final' },
    },
  }),
  start: { body: noFields, resolver: null, events: [null] },
  events: {},
  view: { schema: noFields, of: () => ({}) },
  deadlines: {},
}));

const seats = {
  event: (body: Readonly<Record<string, unknown>>) => ({ payload: { seats: Number(body['seats']) > 4 ? 9 : 1 } }),
};
const leisure = defineModule({ name: 'leisure', workflows: [ferry, sauna], resolvers: { seats } });

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  service = await createService({ modules: [leisure], config: { ...database.environment, POLICY: 'seed' } });
  client = new Client((await service.listen()).url);
  await client.freeze();
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

const ask = async (trip: TestSession, wanted: number) => (await trip.send('ask', { seats: wanted })).body;

test('each outcome of a task leads where the machine says', async () => {
  const trip = await client.start('ferry-trips', {});
  expect(await ask(trip, 9)).toMatchObject({ state: 'open', data: { seats: 9 } });
  expect(await ask(trip, 2)).toMatchObject({ status: 'done', outcome: 'held' });
  expect(calls.map(({ input, sessionId }) => [input, sessionId])).toEqual([9, 1].map((each) => [{ seats: each }, trip.id]));
  expect((await trip.history()).map(({ event, to }) => [event, to])).toEqual([
    ['start', 'open'],
    ['ask', 'reserving'],
    ['reserve.done', 'open'],
    ['ask', 'reserving'],
    ['reserve.done', 'held'],
  ]);
});

test('a task of the same name in another workflow is another task', async () => {
  expect((await client.start('sauna-visits', {})).created).toMatchObject({ status: 'done', outcome: 'cold' });
});

test('a thrown error is tried again after its pauses, and the machine hears the failure after the last attempt', async () => {
  failures = 1;
  const later = await client.start('ferry-trips', {});
  expect((await ask(later, 1)).state).toBe('reserving');
  await client.clock({ advance: 'PT2S' });
  expect((await later.read()).outcome).toBe('held');
  failures = 3;
  const never = await client.start('ferry-trips', {});
  expect((await ask(never, 1)).state).toBe('reserving');
  await client.clock({ advance: 'PT5S' });
  expect((await never.read()).outcome).toBe('closed');
  expect(failures).toBe(0);
});
