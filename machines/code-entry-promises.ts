/** The promises about a code, shared by all workflows that send one: when it is sent, how often, how long it is valid, who may guess at it. */
import type { Cause, Clause, Condition, DeadlinePromise, DecisionTable, Effect, Promises, Rule } from './promises.ts';

/** The current code, entered while it is valid and not locked. */
export const correctCode = {
  event: 'SUBMIT_CODE',
  with: { correct: true, blocked: { not: true } },
  when: { wrongGuesses: { below: 'guessesPerCode' } },
  before: 'codeLifetime',
} as const satisfies Cause;

/** The current code of an account that has not changed since the session began. */
export const correctAccountCode = {
  ...correctCode,
  with: { ...correctCode.with, outdated: { not: true } },
} as const satisfies Cause;

export const countsOfCodes = {
  wrongGuesses: { most: 'guessesPerCode' },
  sendsOfCode: { most: 'sendsPerCode' },
  codesIssued: { most: 'codesPerSession' },
} as const satisfies Promises['counts'];

/** @param cooldown the figure of the pause between two sends @param newCode the events that lead to a new code */
export function codeDeadlines<const Event extends string, const State extends string>(
  cooldown: string,
  newCode: readonly (Event | { readonly event: Event; readonly with: Condition })[],
  abandoned: readonly State[],
): readonly DeadlinePromise<Event, State, 'codeLifetime' | 'resendCooldown' | 'sessionLifetime'>[] {
  const begunBy = newCode.map((each) => (typeof each === 'string' ? { event: each } : each));
  return [
    { delay: 'codeLifetime', lasts: 'codeLifetimeMs', begunBy, shownAs: 'expiresAt' },
    { delay: 'resendCooldown', lasts: cooldown, shownAs: 'canResendAt' },
    { delay: 'sessionLifetime', lasts: 'sessionLifetimeMs', leadsTo: abandoned },
  ];
}

interface Codes {
  /** The figure of the pause between two sends. */
  readonly cooldown: string;
  /** The channel of the first code; null if the person chooses it. */
  readonly channel: 'email' | null;
  /** True if the first code goes out at the start. */
  readonly sendsAtStart: boolean;
  /** The prefix of the states of a code. */
  readonly within?: string;
  /** The state in which there is no code. */
  readonly withoutCode?: string;
  /** The other states without a code, each with its condition. */
  readonly states?: readonly Clause[];
  /** True if a change of the account makes the code worthless. */
  readonly ofAccount?: true;
  /** The effects of a correct code. */
  readonly correct: readonly Effect[];
  /** Further effects of every send. */
  readonly send?: readonly Effect[];
  /** Further effects of a wrong code. */
  readonly wrong?: readonly Effect[];
  /** The rules before those of codes. */
  readonly first: readonly Rule[];
  readonly facts?: DecisionTable['facts'];
  readonly flags?: DecisionTable['flags'];
  readonly steps?: DecisionTable['steps'];
  readonly shows?: DecisionTable['shows'];
  readonly accepts: DecisionTable['accepts'];
  readonly atMostEvery?: DecisionTable['atMostEvery'];
}

const none: Clause = { is: null };
const isOver: Condition = { now: { atLeast: 'expiresAt' } };

/** The table of a workflow with codes. */
export function codeTable(codes: Codes): DecisionTable {
  const { within = '', withoutCode } = codes;
  const state = (name: string) => `${within}${name}`;
  return {
    facts: {
      /** There is no code while a number or credentials are missing. */
      hasCode: codes.sendsAtStart,
      codes: 0,
      firstSentAt: null,
      sends: 0,
      wrong: 0,
      underWay: false,
      failure: null,
      handedOverAt: null,
      channel: codes.channel,
      line: null,
      ...codes.facts,
    },
    moments: {
      expiresAt: { after: 'firstSentAt', lasts: 'codeLifetimeMs' },
      resendableAt: { after: 'handedOverAt', lasts: codes.cooldown },
      sessionEndsAt: { after: 'start', lasts: 'sessionLifetimeMs' },
    },
    flags: {
      isActive: { ended: null },
      isValid: { hasCode: true, now: { below: 'expiresAt' } },
      isExpired: { hasCode: true, ...isOver },
      isLocked: { wrong: { atLeast: 'guessesPerCode' } },
      isUndelivered: { ended: null, isValid: true, isLocked: false, underWay: false, failure: { not: null } },
      isCooling: { ended: null, isValid: true, isLocked: false, underWay: false, failure: null, now: { below: 'resendableAt' } },
      isSendable: { isValid: true, isLocked: false, underWay: false, isCooling: false, sends: { below: 'sendsPerCode' } },
      canHaveAnother: { codes: { below: 'codesPerSession' } },
      ...codes.flags,
    },
    steps: {
      newCode: [
        { add: { codes: 1 }, set: { hasCode: true, wrong: 0, sends: 0, firstSentAt: { of: 'now' } } },
        // A throttled destination leaves one guess.
        { with: { throttled: true }, set: { wrong: { of: 'guessesPerCode', minus: 1 } } },
        { do: 'send' },
      ],
      send: [
        { add: { sends: 1 }, set: { underWay: true, failure: null, handedOverAt: null } },
        ...(codes.send ?? []),
        { sendsCode: 'codes' },
      ],
      ...codes.steps,
    },
    passing: [
      { at: 'sessionEndsAt', effects: [{ ends: 'abandoned' }] },
      // The delivery of an expired code is cancelled.
      { at: 'expiresAt', when: { underWay: true }, effects: [{ set: { underWay: false } }] },
    ],
    rules: [
      { on: 'CANCEL', effects: [{ ends: 'cancelled' }] },
      ...codes.first,
      {
        on: ['SUBMIT_CODE', 'REQUEST_NEW_CODE', ...sendingEvents(codes)],
        when: { hasCode: false },
        refusal: 'event-not-accepted',
      },
      ...guesses(codes),
      ...sends(codes),
      ...deliveries,
    ],
    unanswered: ['DELIVERY_REPORTED'],
    shows: {
      state: [
        { when: { ended: { not: null } }, is: { of: 'ended' } },
        ...(codes.states ?? []),
        ...(withoutCode === undefined ? [] : [{ when: { hasCode: false }, is: withoutCode }]),
        { when: { isExpired: true }, is: state('expired') },
        { when: { isLocked: true }, is: state('codeActive.locked') },
        { when: { underWay: true }, is: state('codeActive.delivering') },
        { when: { isUndelivered: true }, is: state('codeActive.deliveryFailed') },
        { when: { isCooling: true }, is: state('codeActive.cooldown') },
        { is: state('codeActive.resendable') },
      ],
      channel: [{ is: { of: 'channel' } }],
      deliveryFailure: [{ when: { isUndelivered: true }, is: { of: 'failure' } }, none],
      attemptsLeft: [{ is: { of: 'guessesPerCode', minus: 'wrong' } }],
      sendsLeft: [{ is: { of: 'sendsPerCode', minus: 'sends' } }],
      expiresAt: [{ when: { ended: null, isValid: true }, is: { of: 'expiresAt' } }, none],
      canResendAt: [{ when: { isCooling: true }, is: { of: 'resendableAt' } }, none],
      methods: [none],
      trustsDevice: [{ is: false }],
      triesLeft: [none],
      ...codes.shows,
    },
    accepts: [
      { event: 'CANCEL' },
      { event: 'SUBMIT_CODE', when: { isValid: true, isLocked: false } },
      { event: 'RESEND_CODE', when: { isSendable: true } },
      { event: 'REQUEST_NEW_CODE', when: { isExpired: true, canHaveAnother: true } },
      ...codes.accepts,
    ],
    ...(codes.atMostEvery === undefined ? {} : { atMostEvery: codes.atMostEvery }),
  };
}

function guesses({ correct, wrong = [], ofAccount }: Codes): Rule[] {
  const on = 'SUBMIT_CODE';
  const outdated: Rule = { on, with: { outdated: true }, refusal: 'account-changed', effects: [{ ends: 'denied' }] };
  return [
    { on, when: isOver, refusal: 'code-expired' },
    { on, when: { isLocked: true }, refusal: 'too-many-attempts', until: 'expiresAt' },
    ...(ofAccount ? [outdated] : []),
    { on, with: { blocked: true }, refusal: 'too-many-attempts' },
    { on, with: { correct: true }, effects: correct },
    {
      on,
      refusal: 'wrong-code',
      effects: [
        { add: { wrong: 1 } },
        { with: { last: true }, set: { wrong: { of: 'guessesPerCode' } } },
        { when: { isLocked: true }, set: { underWay: false } },
        ...wrong,
      ],
    },
  ];
}

/** The events that send the current code again. Where the channel is fixed, nothing can switch it. */
function sendingEvents({ channel }: Codes): string[] {
  return channel === null ? ['RESEND_CODE', 'SWITCH_CHANNEL'] : ['RESEND_CODE'];
}

function sends(codes: Codes): Rule[] {
  const { cooldown, channel } = codes;
  const on = sendingEvents(codes);
  const toLandline = { on: 'SWITCH_CHANNEL', with: { channel: 'sms' }, when: { line: 'landline' }, refusal: 'landline-needs-voice' };
  const switched = { on: 'SWITCH_CHANNEL', effects: [{ set: { channel: { field: 'channel' } } }, { do: 'send' }] };
  return [
    { on, when: isOver, refusal: 'code-expired' },
    { on, when: { isLocked: true }, refusal: 'too-many-attempts', until: 'expiresAt' },
    // The pause begins when the message is handed over.
    { on, when: { underWay: true }, refusal: 'resend-too-soon', atLeast: cooldown },
    { on, when: { isCooling: true }, refusal: 'resend-too-soon', until: 'resendableAt' },
    ...(channel === null ? [toLandline] : []),
    { on, when: { sends: { atLeast: 'sendsPerCode' } }, refusal: 'send-limit', until: 'expiresAt' },
    { on: 'RESEND_CODE', effects: [{ do: 'send' }] },
    ...(channel === null ? [switched] : []),
    { on: 'REQUEST_NEW_CODE', when: { now: { below: 'expiresAt' } }, refusal: 'code-still-valid', until: 'expiresAt' },
    ...anotherCode('REQUEST_NEW_CODE'),
  ];
}

/** A session has a limited number of codes. */
export function anotherCode(on: string): Rule[] {
  return [tooManyCodes(on), { on, effects: [{ do: 'newCode' }] }];
}

export function tooManyCodes(on: string): Rule {
  return { on, when: { canHaveAnother: false }, refusal: 'code-limit', until: 'sessionEndsAt' };
}

/** Ends of deliveries. The end of a cancelled delivery has no effect; nor has a report about a send that is over. */
const deliveries: readonly Rule[] = [
  { on: 'delivery', when: { underWay: true }, with: { well: true }, effects: [{ set: { underWay: false, handedOverAt: { of: 'now' } } }] },
  { on: 'delivery', when: { underWay: true }, effects: [{ set: { underWay: false, failure: 'not-sent' } }] },
  {
    on: 'DELIVERY_REPORTED',
    when: { isValid: true, isLocked: false, failure: null },
    effects: [{ set: { underWay: false, failure: { field: 'failure' } } }],
  },
];
