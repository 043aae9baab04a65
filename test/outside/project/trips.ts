/** The module `trips`: workflows with parallel states, history and a timer, and with two calls to partners of which the first is undone. */
import { Type } from '@sinclair/typebox';
import {
  ConfigError,
  closed,
  Duration,
  defineFigures,
  defineModule,
  defineWorkflow,
  type FiguresOf,
  type TaskDone,
  type TaskHandler,
  task,
} from 'verification-workflows';
import { setup } from 'xstate';

const noFields = Type.Object({}, closed);
const event = { body: noFields, resolver: null, sender: 'holder', payloads: [{}] } as const;

const figures = defineFigures({
  packingMs: { schema: Duration('How long packing takes.'), default: 60_000, reason: 'A suitcase takes a minute.' },
});

/** Packs and pays in parallel. After a pause, each region continues in its last state. */
const departure = defineWorkflow('departure', ({ packingMs }: FiguresOf<typeof figures>) => ({
  collection: 'departures',
  version: 1,
  description: 'Prepares a departure.',
  machine: setup({
    types: {} as { events: { type: 'PAY' } | { type: 'PAUSE' } | { type: 'RESUME' } | { type: 'CANCEL' } },
    delays: { packing: packingMs },
  }).createMachine({
    id: 'departure',
    initial: 'preparing',
    on: { CANCEL: '.cancelled' },
    states: {
      preparing: {
        type: 'parallel',
        onDone: 'ready',
        on: { PAUSE: 'paused' },
        states: {
          fare: { initial: 'unpaid', states: { unpaid: { on: { PAY: 'paid' } }, paid: { type: 'final' } } },
          luggage: { initial: 'open', states: { open: { after: { packing: 'packed' } }, packed: { type: 'final' } } },
          before: { type: 'history', history: 'deep' },
        },
      },
      paused: { on: { RESUME: 'preparing.before' } },
      ready: { type: 'final' },
      cancelled: { type: 'final' },
    },
  }),
  start: { body: noFields, resolver: null, events: [null] },
  events: {
    PAY: { ...event, description: 'Pays the fare.' },
    PAUSE: { ...event, description: 'Interrupts.' },
    RESUME: { ...event, description: 'Goes on.' },
    CANCEL: { ...event, description: 'Gives up.' },
  },
  view: { schema: noFields, of: () => ({}) },
  deadlines: { packing: 'packedAt' },
  success: { outcome: 'ready', claims: [] },
}));

/** Books a flight, then a hotel. Without the hotel, the flight is cancelled. */
const trip = defineWorkflow('trip', () => ({
  collection: 'trips',
  version: 1,
  description: 'Books a flight and a hotel.',
  machine: setup({
    types: {} as { events: TaskDone<'bookHotel', { outcome: 'full' | 'booked' }> },
    actors: {
      bookFlight: task<undefined>(),
      bookHotel: task<undefined, { outcome: 'full' | 'booked' }>(),
      returnFlight: task<undefined>(),
    },
    guards: { isFull: ({ event: hotel }) => hotel.outcome === 'full' },
  }).createMachine({
    id: 'trip',
    initial: 'flight',
    states: {
      flight: { invoke: { id: 'bookFlight', src: 'bookFlight', onDone: 'hotel', onError: 'failed' } },
      hotel: {
        invoke: {
          id: 'bookHotel',
          src: 'bookHotel',
          onDone: [{ guard: 'isFull', target: 'returning' }, { target: 'booked' }],
          onError: 'returning',
        },
      },
      // Its failure is not handled, so the task is repeated until the flight is cancelled.
      returning: { invoke: { id: 'returnFlight', src: 'returnFlight', onDone: 'failed' } },
      booked: { type: 'final' },
      failed: { type: 'final' },
    },
  }),
  outcomes: { bookHotel: ['full', 'booked'] },
  start: { body: noFields, resolver: null, events: [null] },
  events: {},
  view: { schema: noFields, of: () => ({}) },
  deadlines: {},
}));

const call = (partner: string, method: string, path: string): TaskHandler => ({
  retryDelaysMs: [1_000],
  run: async ({ key }, signal) => {
    const { ok, status } = await fetch(partner + path, { method, signal, headers: { 'idempotency-key': key } });
    if (ok) return { outcome: 'done', output: { outcome: 'booked' } };
    if (status === 410) return { outcome: 'done', output: { outcome: 'full' } };
    return { outcome: 'retry', reason: `the partner answered ${status}` };
  },
});

export function trips() {
  return defineModule({
    name: 'trips',
    workflows: [departure, trip],
    figures,
    settings: ({ value }) => {
      const partner = value('PARTNER_URL');
      if (partner === null) throw new ConfigError('PARTNER_URL is needed: the address of the partner');
      return { partner };
    },
    open: (_host, settings) => settings,
    tasks: {
      bookFlight: ({ partner }) => call(partner, 'POST', '/flights'),
      bookHotel: ({ partner }) => call(partner, 'POST', '/hotels'),
      returnFlight: ({ partner }) => call(partner, 'DELETE', '/flights'),
    },
  });
}
