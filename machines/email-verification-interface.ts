/** The interface of email verification. */
import { Type } from '@sinclair/typebox';
import { CodeEntryView, codeEntryDeadlines, codeEntryEvents, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import type { CodeFigures } from './code-entry-setup.ts';
import { defineWorkflow } from './define-workflow.ts';
import { emailVerificationMachine } from './email-verification.ts';
import { emailVerificationPromises } from './email-verification-promises.ts';
import { Device, EmailAddress, Locale } from './fields.ts';
import { closed } from './workflow.ts';

export const emailVerification = defineWorkflow('email-verification', (figures: CodeFigures) => ({
  collection: 'email-verifications',
  version: 3,
  // A code that version 2 issued keeps its number of guesses.
  migrations: { 2: (stored) => stored },
  description: 'Verifies that a person receives the mail sent to an address.',
  machine: emailVerificationMachine(figures),
  start: {
    body: Type.Object({ email: EmailAddress, device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
    resolver: 'destination',
    events: [null, { type: 'THROTTLE' }],
  },
  events: {
    ...codeEntryEvents,
    DELIVERY_REPORTED: deliveryReported(['undelivered']),
    CHANGE_EMAIL: {
      description: 'Corrects the address: a new code goes to the new address, and the old code becomes invalid.',
      body: Type.Object({ email: EmailAddress }, closed),
      resolver: 'destination',
      sender: 'holder',
      payloads: [{ changed: true }, { changed: true, throttled: true }, { changed: false }],
    },
  },
  view: {
    schema: Type.Object({ email: Type.String({ description: 'The address, masked' }), channel: Type.Literal('email'), ...CodeEntryView }),
    of: ({ context, masked }) => ({ email: masked['email'], channel: 'email', ...codeEntryView(figures, context) }),
  },
  deadlines: codeEntryDeadlines,
  success: { outcome: 'verified', claims: ['email'] },
  promises: emailVerificationPromises,
}));
