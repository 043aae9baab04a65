/** A workflow that the page does not know: without a picture, texts or known fields. */
import { Type } from '@sinclair/typebox';
import { assign, setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed } from '../../machines/workflow.ts';

export const booking = defineWorkflow('table-booking', () => ({
  collection: 'table-bookings',
  version: 1,
  description: 'Keeps a table until somebody confirms it.',
  machine: setup({
    types: {} as { context: { minutes: number | null }; events: { type: string; [key: string]: string | number | boolean } },
    actions: {
      refuse: (_, _refusal: { code: string; until?: string }) => {},
      noteStay: assign({ minutes: ({ event }) => Number(event['minutes']) }),
    },
    delays: { kitchenOpens: 60_000, heldFor: 600_000 },
  }).createMachine({
    id: 'table-booking',
    context: { minutes: null },
    initial: 'asked',
    states: {
      asked: {
        description: 'How long do you want to stay?',
        meta: { screen: 'stay' },
        after: { kitchenOpens: 'open' },
        on: {
          SAY_HOW_LONG: { target: 'held', actions: 'noteStay' },
          ORDER: { actions: { type: 'refuse', params: { code: 'resend-too-soon', until: 'kitchenOpens' } } },
        },
      },
      open: { description: 'The kitchen is open.', meta: { screen: 'menu' }, on: { ORDER: 'held' } },
      held: { description: 'The table is yours.', meta: { screen: 'table' }, after: { heldFor: 'lost' } },
      lost: { type: 'final', description: 'Somebody else sits there.', meta: { screen: 'lost' } },
    },
  }),
  start: {
    body: Type.Object({ email: Type.String({ title: 'Your address', autocomplete: 'email', examples: ['jane@example.com'] }) }, closed),
    resolver: 'destination',
    events: [null],
  },
  events: {
    SAY_HOW_LONG: {
      description: 'For how many minutes.',
      body: Type.Object({ minutes: Type.Integer({ minimum: 15, maximum: 240, title: 'Minutes', examples: [90] }) }, closed),
      resolver: 'grant',
      sender: 'holder',
      payloads: [{ minutes: 15 }, { minutes: 240 }],
    },
    ORDER: { description: 'Orders something.', body: Type.Object({}, closed), resolver: null, sender: 'holder', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ minutes: Type.Union([Type.Integer(), Type.Null()]) }),
    of: ({ context }) => ({ minutes: context['minutes'] }),
  },
  deadlines: { kitchenOpens: 'kitchenOpensAt', heldFor: 'heldUntil' },
}));
