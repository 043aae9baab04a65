/** Verifies that the owner of an account is there: by a password, and by a code or a device that was trusted before. */
import { Type } from '@sinclair/typebox';
import { assign } from 'xstate';
import type { accountFigures } from './accounts-figures.ts';
import { codeEntry } from './code-entry.ts';
import { accountCodeEntryEvents, CodeEntryView, codeEntryDeadlines, codeEntryView, deliveryReported } from './code-entry-interface.ts';
import { type AccountChannel, type CodeFigures, type LoginCodeContext, type LoginCodeEvent, noCodeYet } from './code-entry-setup.ts';
import { Code, Device, EmailAddress, Locale, LoginChannel, Password } from './fields.ts';
import type { FiguresOf } from './figures.ts';
import type { PayloadFrom } from './machine-types.ts';
import { refusals } from './refusals.ts';
import { closed, defineWorkflow, type Migration, type PublicEvent, type Recognition } from './workflow.ts';

type LoginContext = LoginCodeContext & {
  wrongCredentials: number;
  /** The device needed no code. */
  trusted: boolean;
};

/** Right credentials include the channel of the code, one that the account has. `locks`: the wrong password locks the account. */
type Credentials =
  | { type: 'SUBMIT_CREDENTIALS'; right: false; locks?: true }
  | { type: 'SUBMIT_CREDENTIALS'; right: true; trusted: true }
  | { type: 'SUBMIT_CREDENTIALS'; right: true; trusted: false; channel: AccountChannel };

/** The results of checking credentials. */
const credentials: readonly PayloadFrom<Credentials>[] = [
  { right: false },
  // The wrong password that locks the account for strangers.
  { right: false, locks: true },
  { right: true, trusted: true },
  ...(['sms', 'voice', 'email'] as const).map((channel) => ({ right: true, trusted: false, channel }) as const),
];

const lockNotice = { type: 'notifyOwner', params: { notice: 'password-locked' } } as const;

/** The code of a login: with the right one, the device can be trusted from now on. */
const submitLoginCode: PublicEvent<PayloadFrom<Extract<LoginCodeEvent, { type: 'SUBMIT_CODE' }>>> = {
  description: 'Enters the code. A wrong one is counted, against the account too.',
  body: Type.Object(
    {
      code: Code,
      trustDevice: Type.Optional(
        Type.Boolean({ title: 'Trust this device', description: 'Whether later logins on this device need no code' }),
      ),
    },
    closed,
  ),
  resolver: 'accountCode',
  sender: 'holder',
  payloads: [
    { correct: true },
    { correct: true, trustDevice: true },
    { correct: false },
    { correct: false, blocked: true },
    { correct: false, outdated: true },
  ],
};

export const loginVerification = defineWorkflow('login-verification', (policy: CodeFigures & FiguresOf<typeof accountFigures>) => {
  const { fragment, states } = codeEntry.ofLogin(policy, {
    types: {} as { context: LoginContext; events: Credentials },
    cooldownMs: policy.resendCooldownMs,
    success: 'authenticated',
  });
  const set = fragment.extend({
    guards: {
      isTrusted: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && event.right && event.trusted,
      isRight: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && event.right,
      isLocking: ({ event }) => event.type === 'SUBMIT_CREDENTIALS' && !event.right && event.locks === true,
      isLastTry: ({ context }) => context.wrongCredentials + 1 >= policy.credentialsPerSession,
    },
    actions: {
      takeChannel: assign({ channel: ({ event }) => ('channel' in event ? event.channel : null), wrongCredentials: 0 }),
      noteTrustedDevice: assign({ trusted: true, wrongCredentials: 0 }),
      countWrongCredentials: assign({ wrongCredentials: ({ context }) => context.wrongCredentials + 1 }),
    },
  });

  const machine = set.createMachine({
    id: 'login-verification',
    context: { ...noCodeYet, channel: null, wrongCredentials: 0, trusted: false, trustDevice: false, mailed: false },
    initial: 'awaitingCredentials',
    after: { sessionLifetime: '.abandoned' },
    on: { CANCEL: '.cancelled' },
    states: {
      awaitingCredentials: {
        id: 'awaitingCredentials',
        description: 'The person is asked for the email address and the password of the account.',
        meta: { screen: 'credentials-entry' },
        on: {
          SUBMIT_CREDENTIALS: [
            // A device shows nothing that a code would: whoever has stolen one is not to guess at codes of changes without end.
            { guard: 'isTrusted', target: 'authenticated', actions: ['noteTrustedDevice', 'rememberNetwork'] },
            { guard: 'isRight', target: 'codeActive', actions: 'takeChannel' },
            { guard: 'isLocking', target: 'denied', actions: ['countWrongCredentials', lockNotice, refusals.invalidCredentials] },
            { guard: 'isLastTry', target: 'denied', actions: ['countWrongCredentials', refusals.invalidCredentials] },
            { actions: ['countWrongCredentials', refusals.invalidCredentials] },
          ],
        },
      },
      ...states,
      authenticated: {
        id: 'authenticated',
        type: 'final',
        description: 'The password was right, and so was the code, or the device is one that the owner trusts.',
        meta: { screen: 'done' },
      },
      denied: {
        id: 'denied',
        type: 'final',
        description:
          'Too many wrong credentials, here or for the account, or the account was changed meanwhile. Another login starts anew.',
        meta: { screen: 'denied' },
      },
    },
  });

  const login = {
    email: EmailAddress,
    password: Password,
    channel: Type.Optional(LoginChannel),
    deviceToken: Type.Optional(
      Type.String({
        maxLength: 200,
        title: 'Token of a trusted device',
        writeOnly: true,
        description: 'What an earlier login on this device gave, to be trusted',
      }),
    ),
  };
  return {
    collection: 'login-verifications',
    version: 4,
    // A login of version 1 does not know which password it began with: the next code entered ends it, and the person starts a new login.
    // A login of version 2 does not know which network it began in, so that network is not remembered.
    // A login of version 3 does not know whether its code went by mail before: it counts as if it had.
    migrations: { 1: mailedBefore, 2: mailedBefore, 3: mailedBefore },
    description: 'Verifies that the owner of an account is there, by password and code.',
    machine,
    start: {
      body: Type.Object({ ...login, device: Type.Optional(Device), locale: Type.Optional(Locale) }, closed),
      resolver: 'credentials',
      events: credentials.map((payload) => ({ ...payload, type: 'SUBMIT_CREDENTIALS' as const })),
    },
    events: {
      ...accountCodeEntryEvents,
      SUBMIT_CODE: submitLoginCode,
      SUBMIT_CREDENTIALS: {
        description: 'Tries an email address and a password.',
        body: Type.Object(login, closed),
        resolver: 'credentials',
        sender: 'holder',
        payloads: credentials,
      },
      SWITCH_CHANNEL: {
        description: 'Sends the current code again, another way.',
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
          description: 'The address of the account, masked; null before the right credentials',
        }),
        phone: Type.Union([Type.String(), Type.Null()], { description: 'Its number, masked; null where it has none' }),
        channel: Type.Union([LoginChannel, Type.Null()], { description: 'How the code comes; null where none is needed' }),
        triesLeft: Type.Integer({ description: 'Wrong credentials before the session is denied' }),
        ...CodeEntryView,
      }),
      of: ({ context, masked }) => ({
        email: masked['email'] ?? null,
        phone: masked['phone'] ?? null,
        channel: context.channel,
        triesLeft: Math.max(0, policy.credentialsPerSession - context.wrongCredentials),
        ...codeEntryView(policy, context),
      }),
    },
    deadlines: codeEntryDeadlines,
    success: { outcome: 'authenticated', claims: [], login: recognitionOf },
  };
});

const mailedBefore: Migration<LoginContext, LoginContext> = (stored) => ({ ...stored, context: { ...stored.context, mailed: true } });

/** How the person was recognised. Neither email (NIST SP 800-63B, 5.1.3.1) nor a trusted device is a second factor. */
function recognitionOf({ channel, trusted, mailed }: Readonly<LoginContext>): Recognition {
  if (trusted) return { methods: ['pwd'], codeBy: null };
  if (mailed) return { methods: ['pwd'], codeBy: 'email' };
  if (channel === 'sms') return { methods: ['pwd', 'otp', 'sms', 'mfa'], codeBy: channel };
  if (channel === 'voice') return { methods: ['pwd', 'otp', 'tel', 'mfa'], codeBy: channel };
  return { methods: ['pwd'], codeBy: channel };
}
