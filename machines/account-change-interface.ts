/** The interface of account change. */
import { Type } from '@sinclair/typebox';
import { accountChangeMachine, type ChangeContext, kinds, type Request } from './account-change.ts';
import { accountChangePromises } from './account-change-promises.ts';
import { accountCodeEntryEvents, CodeEntryView, codeEntryDeadlines, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import { defineWorkflow } from './define-workflow.ts';
import { noProofYet } from './factor.ts';
import { FactorView, factorEvents, factorView } from './factor-interface.ts';
import type { FactorFigures } from './factor-proof.ts';
import { Country, Device, EmailAddress, Locale, LoginChannel, NewPassword, PhoneChannel, PhoneNumber } from './fields.ts';
import { closed, type Migration } from './workflow.ts';

/** Every change, with each channel to an account's owner, and with a factor. */
const requests = kinds.flatMap((kind): Request[] => [
  ...(['sms', 'voice', 'email'] as const).map((channel) => ({ type: 'REQUEST_CHANGE', kind, channel }) as const),
  { type: 'REQUEST_CHANGE', kind, factor: true },
]);

const Change = Type.Union(
  [
    Type.Object({ kind: Type.Literal('email'), email: EmailAddress }, { ...closed, title: 'A new address' }),
    Type.Object(
      { kind: Type.Literal('phone'), phone: PhoneNumber, country: Type.Optional(Country), channel: Type.Optional(PhoneChannel) },
      { ...closed, title: 'A new number; `channel` delivers its code' },
    ),
    Type.Object({ kind: Type.Literal('password'), password: NewPassword }, { ...closed, title: 'A new password' }),
  ],
  { description: 'The requested change', examples: [{ kind: 'email', email: 'jane@example.org' }] },
);

export const accountChange = defineWorkflow('account-change', (figures: FactorFigures) => {
  const { SUBMIT_CODE, RESEND_CODE, REQUEST_NEW_CODE, CANCEL } = accountCodeEntryEvents;
  return {
    collection: 'account-changes',
    version: 4,
    // Versions 1 and 2 had guards of other names. Their stored sessions fit this version.
    // Version 3 knew no factors besides codes.
    migrations: { 1: withoutFactor, 2: withoutFactor, 3: withoutFactor },
    description: 'Changes the password, the address or the number of an account, after its owner has confirmed the change with a code.',
    machine: accountChangeMachine(figures),
    start: {
      by: 'owner',
      body: Type.Object(
        {
          change: Change,
          channel: Type.Optional({
            ...PhoneChannel,
            description: 'The channel of the owner’s code, if the account’s telephone supports it',
          }),
          factor: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 60,
              title: 'Factor',
              description: 'A factor of the account, or `code`. By default the one that the owner prefers, or else the strongest',
              examples: ['passkey'],
            }),
          ),
          device: Type.Optional(Device),
          locale: Type.Optional(Locale),
        },
        closed,
      ),
      resolver: 'change',
      events: requests,
    },
    events: {
      SUBMIT_CODE,
      RESEND_CODE,
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, over another channel.',
        body: Type.Object({ channel: PhoneChannel }, closed),
        resolver: 'accountChannel',
        sender: 'holder',
        payloads: [{ channel: 'sms' }, { channel: 'voice' }],
        // Without a telephone, email is the only channel.
        possible: (_, { channel }) => channel !== 'email',
      },
      REQUEST_NEW_CODE,
      ...factorEvents,
      DELIVERY_REPORTED: deliveryReported(['undelivered', 'busy', 'no-answer']),
      CANCEL,
    },
    outcomes: { applyChange: ['applied', 'taken', 'superseded'] },
    children: {
      // The owner has confirmed this address or number, so the holder of the session must not verify another one instead.
      'email-verification': { as: 'destination-verification', shares: { email: 'newEmail' }, withholds: ['CHANGE_EMAIL'] },
      'phone-verification': {
        as: 'destination-verification',
        shares: { phone: 'newPhone', channel: 'newChannel' },
        withholds: ['CHANGE_NUMBER', 'PROVIDE_NUMBER'],
      },
    },
    secrets: ['newPasswordHash'],
    view: {
      schema: Type.Object({
        kind: Type.Union(
          kinds.map((kind) => Type.Literal(kind)),
          { description: 'The kind of the change' },
        ),
        email: Type.String({ description: 'The address of the account, masked' }),
        phone: Type.Union([Type.String(), Type.Null()], { description: 'The number of the account, masked; null without one' }),
        newEmail: Type.Union([Type.String(), Type.Null()], { description: 'The new address, masked; null if the address stays' }),
        newPhone: Type.Union([Type.String(), Type.Null()], { description: 'The new number, masked; null if the number stays' }),
        channel: Type.Union([LoginChannel, Type.Null()], { description: 'The channel of the owner’s code; null while a factor is used' }),
        ...CodeEntryView,
        ...FactorView,
      }),
      of: ({ context, masked }) => ({
        kind: context.kind,
        email: masked['email'],
        phone: masked['phone'] ?? null,
        newEmail: masked['newEmail'] ?? null,
        newPhone: masked['newPhone'] ?? null,
        channel: context.channel,
        ...codeEntryView(figures, context),
        ...factorView(masked),
      }),
    },
    deadlines: codeEntryDeadlines,
    promises: accountChangePromises,
  };
});

const withoutFactor: Migration<ChangeContext, ChangeContext> = (stored) => ({ ...stored, context: { ...stored.context, ...noProofYet } });
