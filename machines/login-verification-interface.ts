/** The interface of login verification. */

import { Type } from '@sinclair/typebox';
import { accountCodeEntryEvents, CodeEntryView, codeEntryDeadlines, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import type { LoginCodeEvent } from './code-entry-setup.ts';
import { defineWorkflow } from './define-workflow.ts';
import { noProofYet } from './factor.ts';
import { EnrolmentView, enrolmentEvents, enrolmentView, FactorView, factorView, loginFactorEvents } from './factor-interface.ts';
import { Code, Device, EmailAddress, Locale, LoginChannel, Password } from './fields.ts';
import { type Credentials, type LoginContext, type LoginFigures, loginVerificationMachine } from './login-verification.ts';
import { loginVerificationPromises } from './login-verification-promises.ts';
import type { PayloadFrom } from './machine-types.ts';
import type { TextsBy } from './names.ts';
import { closed, type Migration, type PublicEvent, type Recognition } from './workflow.ts';

/** The results of checking credentials. */
const credentials: readonly PayloadFrom<Credentials>[] = [
  { correct: false },
  // The password is wrong, and it locks the account for strangers.
  { correct: false, locks: true },
  { correct: true, trusted: true },
  { correct: true, trusted: false, factor: true },
  ...(['sms', 'voice', 'email'] as const).map((channel) => ({ correct: true, trusted: false, channel }) as const),
];

/** The code of a login: a correct code can make the device trusted. */
const submitLoginCode: PublicEvent<PayloadFrom<Extract<LoginCodeEvent, { type: 'SUBMIT_CODE' }>>> = {
  description: 'Enters the code. A wrong code counts for the session and for the account.',
  body: Type.Object(
    {
      code: Code,
      trustDevice: Type.Optional(
        Type.Boolean({ title: 'Trust this device', description: 'True to trust the device: its later logins need no code' }),
      ),
    },
    closed,
  ),
  resolver: 'accountCode',
  sender: 'holder',
  payloads: [
    { correct: true },
    { correct: true, trustDevice: true },
    { correct: true, enrols: true },
    { correct: false },
    { correct: false, blocked: true },
    { correct: false, outdated: true },
  ],
};

export const loginVerification = defineWorkflow('login-verification', (figures: LoginFigures) => {
  const login = {
    email: EmailAddress,
    password: Password,
    channel: Type.Optional(LoginChannel),
    factor: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 60,
        title: 'Factor',
        description: 'A factor of the account, or `code`. By default the one that the owner prefers, or else the strongest',
        examples: ['passkey'],
      }),
    ),
    deviceToken: Type.Optional(
      Type.String({
        maxLength: 200,
        title: 'Token of a trusted device',
        writeOnly: true,
        description: 'The `deviceToken` from an earlier login on this device',
      }),
    ),
  };
  return {
    collection: 'login-verifications',
    version: 6,
    // A login of version 1 lacks the version of its password: the next code ends it, and the person starts a new login.
    // A login of version 2 lacks its network, so no network is stored for the owner.
    // A login of version 3 does not record if its code went by email before: it counts as if it had.
    // Version 4 had a guard of another name. Its stored sessions fit this version.
    // Version 5 knew no factors besides codes.
    migrations: { 1: mailedBefore, 2: mailedBefore, 3: mailedBefore, 4: withoutFactor, 5: withoutFactor },
    description: 'Verifies the presence of an account’s owner, by password and by a code or another factor.',
    machine: loginVerificationMachine(figures),
    start: {
      body: Type.Object({ ...login, device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
      resolver: 'credentials',
      events: credentials.map((payload) => ({ ...payload, type: 'SUBMIT_CREDENTIALS' as const })),
    },
    events: {
      ...accountCodeEntryEvents,
      SUBMIT_CODE: submitLoginCode,
      ...loginFactorEvents,
      ...enrolmentEvents,
      SUBMIT_CREDENTIALS: {
        description: 'Submits an email address and a password.',
        body: Type.Object(login, closed),
        resolver: 'credentials',
        sender: 'holder',
        payloads: credentials,
      },
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, over another channel.',
        body: Type.Object({ channel: LoginChannel }, closed),
        resolver: 'accountChannel',
        sender: 'holder',
        payloads: [{ channel: 'sms' }, { channel: 'voice' }, { channel: 'email' }],
      },
      DELIVERY_REPORTED: deliveryReported(['undelivered', 'busy', 'no-answer']),
    },
    view: {
      schema: Type.Object({
        email: Type.Union([Type.String(), Type.Null()], {
          description: 'The address of the account, masked; null before the correct credentials',
        }),
        phone: Type.Union([Type.String(), Type.Null()], { description: 'The number of the account, masked; null without one' }),
        channel: Type.Union([LoginChannel, Type.Null()], { description: 'The channel of the code; null if no code is needed' }),
        triesLeft: Type.Integer({ description: 'The wrong credentials that are left before the session is denied' }),
        ...CodeEntryView,
        ...FactorView,
        ...EnrolmentView,
      }),
      of: ({ context, masked, viewer }) => ({
        email: masked['email'] ?? null,
        phone: masked['phone'] ?? null,
        channel: context.channel,
        triesLeft: Math.max(0, figures.credentialsPerSession - context.wrongCredentials),
        ...codeEntryView(figures, context),
        ...factorView(masked),
        ...enrolmentView(masked, { enrols: context.enrols, viewer }),
      }),
    },
    deadlines: codeEntryDeadlines,
    outcomes: { enrolFactor: ['enrolled', 'taken'] },
    secrets: ['enrolment', 'credential'],
    success: { outcome: 'authenticated', claims: [], login: recognitionOf },
    promises: loginVerificationPromises,
  };
});

const withoutFactor: Migration<LoginContext, LoginContext> = (stored) => ({
  ...stored,
  context: { ...stored.context, ...noProofYet, enrols: false },
});

const mailedBefore: Migration<LoginContext, LoginContext> = (stored) => {
  const migrated = withoutFactor(stored);
  return migrated && { ...migrated, context: { ...migrated.context, mailed: true } };
};

/** The methods of authentication. Neither email (NIST SP 800-63B, 5.1.3.1) nor a trusted device is a second factor. */
function recognitionOf({ channel, trusted, mailed, byFactor }: Readonly<LoginContext>, { methods = '' }: TextsBy<string>): Recognition {
  if (trusted) return { methods: ['pwd'], codeBy: null };
  if (byFactor) return { methods: ['pwd', ...methods.split(' ')], codeBy: null };
  if (mailed) return { methods: ['pwd'], codeBy: 'email' };
  if (channel === 'sms') return { methods: ['pwd', 'otp', 'sms', 'mfa'], codeBy: channel };
  if (channel === 'voice') return { methods: ['pwd', 'otp', 'tel', 'mfa'], codeBy: channel };
  return { methods: ['pwd'], codeBy: channel };
}
