/** A test workflow that anyone may start, with an event for each kind of sender: several parties read and judge its session. */
import { Type } from '@sinclair/typebox';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { EmailAddress, noFields, noPayload, Password } from '../../machines/fields.ts';
import { closed, type MachineEvent, type Payload, type PublicEvent, type Sender } from '../../machines/workflow.ts';

const credentials: readonly Payload[] = [
  { correct: false },
  { correct: true, trusted: true },
  ...['sms', 'voice', 'email'].map((channel) => ({ correct: true, trusted: false, channel })),
];

const sentBy = (sender: Sender): PublicEvent => ({
  description: `Is for the ${sender} to send.`,
  body: noFields,
  resolver: null,
  sender,
  payloads: noPayload,
});

const screen = { screen: 'test' };

/** The events of an open petition, with the states that they lead to. */
export const ends = { APPROVE: 'approved', WITHDRAW: 'withdrawn', OBJECT: 'objected', LOSE: 'lost', CANCEL: 'cancelled' } as const;

/** The machine of a petition with these events. */
export function petitionMachine(events: Partial<typeof ends>) {
  return setup({
    types: {} as { events: MachineEvent },
    guards: { isCorrect: ({ event }) => event['correct'] === true },
  }).createMachine({
    id: 'petition',
    initial: 'asked',
    states: {
      asked: { meta: screen, on: { SUBMIT_CREDENTIALS: { guard: 'isCorrect', target: 'open' } } },
      open: {
        meta: screen,
        on: events,
      },
      approved: { type: 'final' },
      withdrawn: { type: 'final' },
      objected: { type: 'final' },
      lost: { type: 'final' },
      cancelled: { type: 'final' },
    },
  });
}

export const petition = defineWorkflow('petition', () => ({
  collection: 'petitions',
  version: 1,
  description: 'Asks an agent for something, in the name of an account.',
  machine: petitionMachine(ends),
  start: {
    body: Type.Object({ email: EmailAddress, password: Password }, closed),
    resolver: 'credentials',
    events: credentials.map((payload) => ({ ...payload, type: 'SUBMIT_CREDENTIALS' })),
  },
  events: {
    APPROVE: sentBy('agent'),
    WITHDRAW: sentBy('holder'),
    OBJECT: sentBy('owner'),
    LOSE: sentBy('provider'),
    CANCEL: sentBy('holder'),
  },
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: {},
  success: { outcome: 'approved', claims: [] },
}));

/** The event of each sender, and its target state. */
export const petitionEvents = {
  agent: ['approve', 'approved'],
  holder: ['withdraw', 'withdrawn'],
  owner: ['object', 'objected'],
} as const;
