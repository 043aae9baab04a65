/** The workflow `appointment`: offers a time to a guest, reminds them once, and gives the time away if no answer comes. */
import { Type } from '@sinclair/typebox';
import {
  closed,
  Duration,
  defineFigures,
  defineModule,
  defineWorkflow,
  type FiguresOf,
  Limit,
  messages,
  type Refusal,
} from 'verification-workflows';
import { assign, setup } from 'xstate';

const HOUR = 60 * 60 * 1000;

/** A deployment sets other values in the file that POLICY names. */
const figures = defineFigures({
  reminderAfterMs: {
    schema: Duration('How long a guest may leave an offer unanswered before the reminder.'),
    default: 24 * HOUR,
    reason: 'People read their mail once a day.',
  },
  offerLifetimeMs: {
    schema: Duration('How long a time is kept for a guest who does not answer.'),
    default: 48 * HOUR,
    reason: 'A day to answer after the reminder, and the time can still be given to another guest.',
  },
  movesOfGuest: {
    schema: Limit('How often a guest may move the offer to another day.'),
    default: 2,
    reason: 'Twice forgives a mistake and a clash. More wishes are a case for the telephone.',
  },
});

const Day = Type.String({ format: 'date', title: 'Day', examples: ['2027-03-01'] });
const noFields = Type.Object({}, closed);

const workflow = defineWorkflow('appointment', ({ reminderAfterMs, offerLifetimeMs, movesOfGuest }: FiguresOf<typeof figures>) => ({
  collection: 'appointments',
  version: 1,
  description: 'Offers a time to a guest.',
  machine: setup({
    types: {} as { context: { moves: number }; events: { type: 'MOVE' } | { type: 'ACCEPT' } | { type: 'DECLINE' } },
    actions: {
      refuse: (_, _refusal: Refusal) => {},
      sendMessage: (_, _message: { notice: string; to: string }) => {},
      countMove: assign({ moves: ({ context }) => context.moves + 1 }),
    },
    guards: { movesLeft: ({ context }) => context.moves < movesOfGuest },
    delays: { reminder: reminderAfterMs, offer: offerLifetimeMs },
  }).createMachine({
    id: 'appointment',
    context: { moves: 0 },
    initial: 'offered',
    states: {
      offered: {
        description: 'The guest has been told, and can answer.',
        meta: { screen: 'answer' },
        entry: { type: 'sendMessage', params: { notice: 'appointment-offered', to: 'email' } },
        initial: 'fresh',
        states: {
          fresh: { after: { reminder: 'reminded' } },
          reminded: { entry: { type: 'sendMessage', params: { notice: 'appointment-reminder', to: 'email' } } },
        },
        after: { offer: 'expired' },
        on: {
          ACCEPT: 'booked',
          DECLINE: 'declined',
          MOVE: [
            { guard: 'movesLeft', target: 'offered', reenter: true, actions: 'countMove' },
            { actions: { type: 'refuse', params: { code: 'appointment-moved-too-often' } } },
          ],
        },
      },
      booked: { type: 'final', description: 'The guest comes.', meta: { screen: 'done' } },
      declined: { type: 'final', description: 'The guest does not come.', meta: { screen: 'done' } },
      expired: { type: 'final', description: 'The guest did not answer in time.', meta: { screen: 'done' } },
    },
  }),
  // Fields of bodies that the session keeps, sealed: the machine never sees them.
  data: { name: 'shown', email: 'masked', day: 'shown' },
  start: {
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 80, title: 'Name', autocomplete: 'name', examples: ['Jane Doe'] }),
        email: Type.String({ format: 'email', title: 'Email address', autocomplete: 'email', examples: ['jane@example.com'] }),
        day: Day,
      },
      closed,
    ),
    events: [null],
  },
  events: {
    ACCEPT: { description: 'Books the time.', body: noFields, sender: 'holder', payloads: [{}] },
    DECLINE: { description: 'Gives the time away.', body: noFields, sender: 'holder', payloads: [{}] },
    MOVE: { description: 'Asks for another day.', body: Type.Object({ day: Day }, closed), sender: 'holder', payloads: [{}] },
  },
  view: {
    schema: Type.Object({ name: Type.String(), email: Type.String(), day: Type.String(), movesLeft: Type.Integer() }),
    of: ({ context, masked }) => ({
      name: masked.name,
      email: masked.email,
      day: masked.day,
      movesLeft: movesOfGuest - context.moves,
    }),
  },
  deadlines: { reminder: 'remindedAt', offer: 'offeredUntil' },
  success: { outcome: 'booked', claims: [] },
  // The same rules in other words. The model test compares the machine with them.
  promises: {
    entries: [{ states: ['booked'], by: [{ event: 'ACCEPT' }] }],
    limits: [{ event: 'MOVE', most: 'movesOfGuest', refusal: 'appointment-moved-too-often' }],
    deadlines: [
      { delay: 'offer', lasts: 'offerLifetimeMs', begunBy: [{ event: 'MOVE' }], leadsTo: 'expired', shownAs: 'offeredUntil' },
      { delay: 'reminder', lasts: 'reminderAfterMs', begunBy: [{ event: 'MOVE' }], leadsTo: 'offered.reminded', shownAs: 'remindedAt' },
    ],
    messages: [
      {
        notice: 'appointment-offered',
        to: 'email',
        on: [{ event: 'start' }, { event: 'MOVE', when: { moves: { below: 'movesOfGuest' } } }],
      },
      { notice: 'appointment-reminder', to: 'email', entering: ['offered.reminded'] },
    ],
  },
}));

export default defineModule({
  name: 'appointment',
  // The task `sendMessage` is that of the built-in module `messages`.
  needs: [messages()],
  workflows: [workflow],
  figures,
  order: [['reminderAfterMs', 'offerLifetimeMs']],
  refusals: {
    'appointment-moved-too-often': {
      status: 409,
      title: 'The offer was moved too often',
      explanation: 'A guest may move an offer a few times only. Nothing was changed.',
      remedy: 'Accept the offer as it is, or decline it.',
    },
  },
  notices: {
    'appointment-offered': {
      texts: {
        en: {
          subject: (service) => `${service} offers you a time`,
          event: (_service, { name = '', day = '' }) => `${name}, we keep ${day} for you.`,
          advice: ['Accept or decline it, because another guest may want the time.'],
        },
      },
    },
    'appointment-reminder': {
      texts: {
        en: {
          subject: (service) => `${service} waits for your answer`,
          event: (_service, { name = '', day = '' }) => `${name}, ${day} is still kept for you.`,
          advice: ['If you do not answer by tomorrow, the time goes to another guest.'],
        },
      },
    },
  },
});
