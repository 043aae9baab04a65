/** A workflow of one file whose seats another backend reserves: a guest is asked for a name, and may cancel while the backend decides. */
import { Type } from '@sinclair/typebox';
import { backendTask, closed, defineModule, defineWorkflow } from 'verification-workflows';
import { setup } from 'xstate';

const Party = Type.Object({ seats: Type.Integer() }, closed);

export const answerWithin = 600_000;

const seatReservation = defineWorkflow('seat-reservation', () => ({
  collection: 'seat-reservations',
  version: 1,
  description: 'Reserves seats at a theatre.',
  machine: setup({
    types: {} as { context: { seats: number }; events: { type: 'CANCEL' } },
    actors: {
      reserve: backendTask({
        url: 'THEATRE_URL',
        outcomes: ['reserved', 'full'],
        input: Party,
        data: ['guestName'],
        retry: [1_000, 2_000],
        timeout: 5_000,
        answerWithin,
      }),
      release: backendTask({ url: 'THEATRE_URL', outcomes: ['released'], answerWithin }),
    },
  }).createMachine({
    id: 'seat-reservation',
    context: { seats: 2 },
    initial: 'reserving',
    states: {
      reserving: {
        invoke: {
          id: 'reserve',
          src: 'reserve',
          input: ({ context }) => ({ seats: context.seats }),
          onDone: [{ guard: ({ event }) => event.output.outcome === 'full', target: 'full' }, { target: 'held' }],
          onError: 'failed',
        },
        on: { CANCEL: 'cancelled' },
      },
      held: { on: { CANCEL: 'releasing' } },
      // Its failure is not handled: the theatre is asked until it has released the seats.
      releasing: { invoke: { id: 'release', src: 'release', onDone: 'cancelled' } },
      full: { type: 'final' },
      failed: { type: 'final' },
      cancelled: { type: 'final' },
    },
  }),
  start: { body: Type.Object({ guestName: Type.String({ maxLength: 80 }) }, closed), events: [null] },
  data: { guestName: 'shown', row: 'shown' },
  events: {
    CANCEL: { description: 'Gives the seats back.', body: Type.Object({}, closed), resolver: null, sender: 'holder', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ guestName: Type.String(), row: Type.Optional(Type.String()) }),
    of: ({ masked }) => ({ guestName: masked['guestName'], ...(masked['row'] === undefined ? {} : { row: masked['row'] }) }),
  },
  deadlines: {},
}));

export const modules = [defineModule({ name: 'theatre', workflows: [seatReservation] })];
