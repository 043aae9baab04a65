/** The interface of phone verification. */
import { Type } from '@sinclair/typebox';
import { CodeEntryView, codeEntryDeadlines, codeEntryEvents, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import type { CodeFigures, NumberEntry } from './code-entry-setup.ts';
import { defineWorkflow } from './define-workflow.ts';
import { Country, Device, Locale, PhoneChannel, PhoneNumber } from './fields.ts';
import type { PayloadFrom } from './machine-types.ts';
import { phoneVerificationMachine } from './phone-verification.ts';
import { phoneVerificationPromises } from './phone-verification-promises.ts';
import { closed } from './workflow.ts';

/** The machine's view of a new number: the kind of line, the channel of the code, and whether the code allows one guess. */
const numbers = (['sms', 'voice'] as const).flatMap((channel) =>
  (['mobile', 'landline'] as const).flatMap((line) => [
    { changed: true, channel, line } as const,
    { changed: true, channel, line, throttled: true } as const,
  ]),
) satisfies readonly PayloadFrom<NumberEntry>[];

export const phoneVerification = defineWorkflow('phone-verification', (figures: CodeFigures) => {
  const number = { phone: PhoneNumber, country: Type.Optional(Country) };
  return {
    collection: 'phone-verifications',
    version: 2,
    // A code that version 1 issued keeps its number of guesses.
    migrations: { 1: (stored) => stored },
    description: 'Verifies that a person can be reached at a telephone number, by text message or by voice.',
    machine: phoneVerificationMachine(figures),
    start: {
      body: Type.Object(
        {
          phone: Type.Optional(PhoneNumber),
          country: Type.Optional(Country),
          channel: Type.Optional(PhoneChannel),
          device: Type.Optional(Device),
          locale: Type.Optional(Locale),
        },
        closed,
      ),
      resolver: 'phone',
      events: [null, ...numbers.map((payload) => ({ ...payload, type: 'PROVIDE_NUMBER' as const }))],
    },
    events: {
      ...codeEntryEvents,
      PROVIDE_NUMBER: {
        description: 'Submits the number, and the channel of the code.',
        body: Type.Object({ ...number, channel: PhoneChannel }, closed),
        resolver: 'phone',
        sender: 'holder',
        payloads: [...numbers, { changed: false }],
        // Before the first code, no number can be the same as an earlier one.
        possible: ({ changed }, { codesIssued }) => changed || codesIssued > 0,
      },
      CHANGE_NUMBER: {
        description: 'Returns to the entry of a number: the code that was sent becomes invalid.',
        body: Type.Object({}, closed),
        resolver: null,
        sender: 'holder',
        payloads: [{}],
      },
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, by text message or by voice.',
        body: Type.Object({ channel: PhoneChannel }, closed),
        resolver: 'channel',
        sender: 'holder',
        payloads: [{ channel: 'sms' }, { channel: 'voice' }],
      },
      DELIVERY_REPORTED: deliveryReported(['undelivered', 'busy', 'no-answer']),
    },
    view: {
      schema: Type.Object({
        phone: Type.Union([Type.String(), Type.Null()], { description: 'The number, masked; null before it is submitted' }),
        channel: Type.Union([PhoneChannel, Type.Null()], { description: 'The channel of the code; null before a number is submitted' }),
        ...CodeEntryView,
      }),
      of: ({ context, masked }) => ({
        phone: masked['phone'] ?? null,
        channel: context.channel,
        ...codeEntryView(figures, context),
      }),
    },
    deadlines: codeEntryDeadlines,
    success: { outcome: 'verified', claims: ['phone'] },
    promises: phoneVerificationPromises,
  };
});
