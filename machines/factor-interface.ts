/** The public events with which the owner of an account proves or enrols a factor, and the view of it for clients. */
import { type TObject, Type } from '@sinclair/typebox';
import type { EnrolmentEvent, FactorEvent } from './factor.ts';
import { LoginChannel } from './fields.ts';
import { closed, type PublicEventsOf } from './workflow.ts';

/** The answer of a person, or of their device: exactly one of the fields. */
const Answer: TObject = Type.Object(
  {
    code: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 40,
        title: 'Code',
        writeOnly: true,
        autocomplete: 'one-time-code',
        description: 'The code of an authenticator app, or a backup code',
        examples: ['492039'],
      }),
    ),
    credential: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          writeOnly: true,
          'x-handed-over': true,
          title: 'Credential',
          description: 'The credential of a passkey, as `PublicKeyCredential.toJSON()` gives it',
        },
      ),
    ),
    failure: Type.Optional(
      Type.Union([Type.Literal('cancelled'), Type.Literal('timed-out')], {
        'x-handed-over': true,
        description: 'The reason why the person or the device gave no answer',
      }),
    ),
  },
  { ...closed, minProperties: 1, maxProperties: 1, examples: [{ code: '492039' }] },
);

/** The results of an answer, besides a correct one. */
const failures = [
  { result: 'wrong' },
  { result: 'unknown' },
  { result: 'foreign' },
  { result: 'cloned' },
  { result: 'blocked' },
  { result: 'changed' },
  { result: 'outdated' },
  { result: 'cancelled' },
  { result: 'timed-out' },
] as const;

const proofs = [{ result: 'correct' }, { result: 'correct', left: 'more' }, { result: 'correct', left: 'few' }] as const;

const Choice: TObject = Type.Object(
  {
    factor: Type.String({
      minLength: 1,
      maxLength: 60,
      title: 'Factor',
      description: 'One of `factors`, or `code` for a code that is sent',
      examples: ['passkey'],
    }),
    channel: Type.Optional({ ...LoginChannel, description: 'The channel of the code, if the account has it' }),
  },
  closed,
);

/** A step-up by a code needs the telephone. */
const stepUpChoices = [
  { choice: 'factor' },
  { choice: 'missing' },
  { choice: 'weak' },
  { choice: 'code', channel: 'sms' },
  { choice: 'code', channel: 'voice' },
] as const;

const chooseFactor = {
  description: 'Chooses another factor, or a code over a channel of the account.',
  body: Choice,
  resolver: 'chooseFactor',
  sender: 'holder',
  payloads: stepUpChoices,
} as const;

const proveFactor = {
  description: 'Answers `request` with the chosen factor. A wrong answer counts for the session, and a wrong code also for the account.',
  body: Answer,
  resolver: 'proveFactor',
  sender: 'holder',
  payloads: [...proofs, ...failures],
} as const;

export const factorEvents = {
  CHOOSE_FACTOR: chooseFactor,
  PROVE_FACTOR: proveFactor,
} as const satisfies PublicEventsOf<FactorEvent>;

/** The same events in a login, which also sends codes by email, and can go on with an enrolment. */
export const loginFactorEvents = {
  CHOOSE_FACTOR: { ...chooseFactor, payloads: [...stepUpChoices, { choice: 'code', channel: 'email' }] },
  PROVE_FACTOR: { ...proveFactor, payloads: [...proofs, ...proofs.map((proof) => ({ ...proof, enrols: true as const })), ...failures] },
} as const satisfies PublicEventsOf<FactorEvent>;

const enrolFactor = {
  description: 'Answers `enrolment` with the new factor, so that it is known to work.',
  body: Answer,
  resolver: 'enrolFactor',
  sender: 'holder',
  payloads: [
    { result: 'correct' },
    { result: 'wrong' },
    { result: 'foreign' },
    { result: 'outdated' },
    { result: 'cancelled' },
    { result: 'timed-out' },
  ],
} as const;

export const enrolmentEvents = { ENROL_FACTOR: enrolFactor } as const satisfies PublicEventsOf<EnrolmentEvent>;

/** The same event for a credential that the service makes for one account. */
export const madeEnrolmentEvents = {
  ENROL_FACTOR: {
    ...enrolFactor,
    payloads: [{ result: 'correct' }, { result: 'wrong' }, { result: 'outdated' }, { result: 'cancelled' }, { result: 'timed-out' }],
  },
} as const satisfies PublicEventsOf<EnrolmentEvent>;

const JsonObject = Type.Object({}, { additionalProperties: true });

export const FactorView = {
  factor: Type.Union([Type.String(), Type.Null()], { description: 'The chosen factor; null without one' }),
  factors: Type.Array(Type.String(), { description: 'The factors that the account has, the strongest first' }),
  request: Type.Union([JsonObject, Type.Null()], {
    description:
      'The data that the device needs for its answer, such as the options of `navigator.credentials.get`; null without a chosen factor',
  }),
};

export const EnrolmentView = {
  enrolment: Type.Union([JsonObject, Type.Null()], {
    description:
      'The data that is needed to set the factor up, such as a QR code. Only the holder sees it, and only until the factor is enrolled',
  }),
};

type Details = Readonly<Record<string, string | undefined>>;

/** The view of a factor for clients. */
export function factorView({ factor, factors = '', factorRequest }: Details): Record<keyof typeof FactorView, unknown> {
  return {
    factor: factor ?? null,
    factors: factors.split(' ').filter((name) => name !== ''),
    request: factorRequest === undefined ? null : JSON.parse(factorRequest),
  };
}

/** The holder of the session sees a new secret, and only after the owner has proved to be present. */
export function enrolmentView(
  { enrolment }: Details,
  { enrols, viewer }: { readonly enrols: boolean; readonly viewer: string },
): Record<keyof typeof EnrolmentView, unknown> {
  return { enrolment: enrolment === undefined || !enrols || viewer !== 'holder' ? null : JSON.parse(enrolment) };
}
