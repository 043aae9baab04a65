/** Verifies that a person reads the mail of an address. */
import { Type } from '@sinclair/typebox';
import { codeEntry } from './code-entry.ts';
import { CodeEntryView, codeEntryDeadlines, codeEntryEvents, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import { type CodeFigures, noCodeYet } from './code-entry-setup.ts';
import { Device, EmailAddress, Locale } from './fields.ts';
import { refusals } from './refusals.ts';
import { closed, defineWorkflow } from './workflow.ts';

/** The start is for a throttled address: its first code allows one guess. */
type Throttle = { type: 'THROTTLE' };

export const emailVerification = defineWorkflow('email-verification', (policy: CodeFigures) => {
  const { fragment, states } = codeEntry.byEmail(policy, {
    types: {} as { context: unknown; events: Throttle },
    cooldownMs: policy.setUpResendCooldownMs,
    success: 'verified',
  });
  const set = fragment.extend({ guards: { isUnchanged: ({ event }) => event.type === 'CHANGE_EMAIL' && !event.changed } });

  const machine = set.createMachine({
    id: 'email-verification',
    context: noCodeYet,
    initial: 'codeActive',
    after: { sessionLifetime: '.abandoned' },
    on: {
      CANCEL: '.cancelled',
      CHANGE_EMAIL: [
        { guard: 'isUnchanged', actions: refusals.sameDestination },
        { guard: 'codesLeft', target: '.codeActive' },
        { actions: refusals.codeLimit },
      ],
    },
    states: {
      ...states,
      codeActive: { ...states.codeActive, on: { ...states.codeActive.on, THROTTLE: { actions: 'throttle' } } },
      verified: {
        id: 'verified',
        type: 'final',
        description: 'The right code was entered: the address belongs to the person.',
        meta: { screen: 'done' },
      },
    },
  });

  return {
    collection: 'email-verifications',
    version: 3,
    // Codes issued by version 2 keep their guesses.
    migrations: { 2: (stored) => stored },
    description: 'Verifies that a person receives the mail of an address.',
    machine,
    start: {
      body: Type.Object({ email: EmailAddress, device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
      resolver: 'destination',
      events: [null, { type: 'THROTTLE' }],
    },
    events: {
      ...codeEntryEvents,
      DELIVERY_REPORTED: deliveryReported(['undelivered']),
      CHANGE_EMAIL: {
        description: 'Corrects the address: a new code goes to the new one, the old code is worth nothing any more.',
        body: Type.Object({ email: EmailAddress }, closed),
        resolver: 'destination',
        sender: 'holder',
        payloads: [{ changed: true }, { changed: true, throttled: true }, { changed: false }],
      },
    },
    view: {
      schema: Type.Object({ email: Type.String({ description: 'The address, masked' }), channel: Type.Literal('email'), ...CodeEntryView }),
      of: ({ context, masked }) => ({ email: masked['email'], channel: 'email', ...codeEntryView(policy, context) }),
    },
    deadlines: codeEntryDeadlines,
    success: { outcome: 'verified', claims: ['email'] },
  };
});
