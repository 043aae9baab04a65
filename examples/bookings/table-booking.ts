/** The workflow `table-booking`: holds a table at a restaurant until the guest confirms. */
import { Type } from '@sinclair/typebox';
import { closed, defineWorkflow, durationInWords, type Refusal, task } from 'verification-workflows';
import { assign, setup } from 'xstate';
import type { BookingFigures } from './figures.ts';

const Guests = Type.Integer({ minimum: 1, maximum: 12, title: 'Guests', description: 'How many people come', examples: [2] });

/** The body of a start. */
const BookingBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, title: 'Name', autocomplete: 'name', examples: ['Jane Doe'] }),
    email: Type.String({ format: 'email', title: 'Email address', autocomplete: 'email', examples: ['jane@example.com'] }),
    guests: Guests,
  },
  closed,
);

const noFields = Type.Object({}, closed);

/** All events of the machine. The first one comes with the start. */
type Event =
  | { readonly type: 'ASK'; readonly guests: number }
  | { readonly type: 'CHANGE_GUESTS'; readonly guests: number }
  | { readonly type: 'CONFIRM' }
  | { readonly type: 'CANCEL' };

export const tableBooking = defineWorkflow('table-booking', (figures: BookingFigures) => {
  const machine = setup({
    types: {} as { context: { guests: number; changes: number }; events: Event },
    actors: { reserveTable: task<{ guests: number }>(), releaseTable: task<undefined>() },
    actions: {
      refuse: (_, _refusal: Refusal) => {},
      sendMessage: (_, _message: { notice: string; to: string }) => {},
      setGuests: assign({ guests: ({ event, context }) => ('guests' in event ? event.guests : context.guests) }),
      countChange: assign({ changes: ({ context }) => context.changes + 1 }),
    },
    guards: { changesLeft: ({ context }) => context.changes < figures.guestChanges },
    delays: { hold: figures.tableHoldMs },
  }).createMachine({
    id: 'table-booking',
    context: { guests: 0, changes: 0 },
    initial: 'waiting',
    states: {
      waiting: {
        description: 'The guest has not said yet how many come.',
        on: { ASK: { target: 'reserving', actions: 'setGuests' } },
      },
      reserving: {
        description: 'The restaurant is asked for a table.',
        meta: { screen: 'wait' },
        invoke: {
          id: 'reserveTable',
          src: 'reserveTable',
          input: ({ context }) => ({ guests: context.guests }),
          onDone: 'held',
          onError: 'unavailable',
        },
        on: { CANCEL: 'releasing' },
      },
      held: {
        description: 'The table is held, and the guest can confirm.',
        meta: {
          screen: 'confirm',
          title: { en: 'Your table is held', de: 'Ihr Tisch ist frei gehalten' },
          help: `Confirm it within ${durationInWords(figures.tableHoldMs)}.`,
        },
        entry: { type: 'sendMessage', params: { notice: 'table-held', to: 'email' } },
        after: { hold: 'releasing' },
        on: {
          CONFIRM: 'booked',
          CHANGE_GUESTS: [
            { guard: 'changesLeft', target: 'reserving', actions: ['setGuests', 'countChange'] },
            { actions: { type: 'refuse', params: { code: 'guests-changed-too-often', until: 'hold' } } },
          ],
          CANCEL: 'releasing',
        },
      },
      releasing: {
        description: 'The restaurant gets its table back.',
        meta: { screen: 'wait' },
        invoke: { id: 'releaseTable', src: 'releaseTable', onDone: 'cancelled', onError: 'cancelled' },
      },
      booked: { type: 'final', description: 'The guest confirmed: the table is theirs.', meta: { screen: 'done' } },
      unavailable: { type: 'final', description: 'The restaurant gave no table.', meta: { screen: 'done' } },
      cancelled: { type: 'final', description: 'No table is held any more.', meta: { screen: 'done' } },
    },
  });
  return {
    collection: 'table-bookings',
    version: 1,
    description: 'Books a table at a restaurant.',
    machine,
    // The number of guests goes to the machine. The session keeps the rest.
    data: { name: 'shown', email: 'masked' },
    start: {
      body: BookingBody,
      events: [
        { type: 'ASK', guests: 1 },
        { type: 'ASK', guests: 12 },
      ],
    },
    events: {
      CHANGE_GUESTS: {
        description: 'Asks for a table of another size.',
        body: Type.Object({ guests: Guests }, closed),
        sender: 'holder',
        payloads: [{ guests: 1 }, { guests: 12 }],
      },
      CONFIRM: { description: 'Books the table that is held.', body: noFields, sender: 'holder', payloads: [{}] },
      CANCEL: { description: 'Gives the table back.', body: noFields, sender: 'holder', payloads: [{}] },
    },
    view: {
      schema: Type.Object({ name: Type.String(), email: Type.String(), guests: Type.Integer(), changesLeft: Type.Integer() }),
      of: ({ context, masked }) => ({
        name: masked.name,
        email: masked.email,
        guests: context.guests,
        changesLeft: figures.guestChanges - context.changes,
      }),
    },
    deadlines: { hold: 'heldUntil' },
    success: { outcome: 'booked', claims: ['booking'] },
  };
});
