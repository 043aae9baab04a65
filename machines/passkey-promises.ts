/** The promises that the workflows of a passkey share: what each answer of the device does, how many wrong ones a session allows. */
import type { DecisionTable, Effect, Promises, Rule } from './promises.ts';

export const countsOfAnswers = { wrongProofs: { most: 'proofsPerSession' } } as const satisfies Promises['counts'];

/** A copy answered with the key of the passkey, so the owner is told. */
export const copyMessages = [
  { notice: 'passkey-copied', refusing: [{ event: 'PROVE_PASSKEY', with: { result: 'cloned' } }] },
] as const satisfies Promises['messages'];

interface Answers {
  /** The state that asks for the passkey. */
  readonly asking: string;
  /** The outcome of a correct answer. */
  readonly outcome: string;
  /** Further effects of a correct answer. */
  readonly proved?: readonly Effect[];
  /** True if the session is about an account: a passkey of another account is told from an unknown one, and a changed account ends it. */
  readonly isOfAccount: boolean;
}

const on = 'PROVE_PASSKEY';

/** The table of a workflow that asks for a passkey and for nothing else. */
export function passkeyTable({ asking, outcome, proved = [], isOfAccount }: Answers): DecisionTable {
  const ofAccount: readonly Rule[] = [
    { on, with: { result: 'outdated' }, refusal: 'account-changed', effects: [{ ends: 'denied' }] },
    wrong('foreign', 'foreign-credential'),
  ];
  return {
    facts: { wrongProofs: 0, methods: null },
    moments: { sessionEndsAt: { after: 'start', lasts: 'passkeySessionMs' } },
    passing: [{ at: 'sessionEndsAt', effects: [{ ends: 'abandoned' }] }],
    rules: [
      { on: 'start' },
      { on: 'CANCEL', effects: [{ ends: 'cancelled' }] },
      {
        on,
        with: { result: 'correct' },
        effects: [
          // A key that can be copied to other devices is not bound to hardware (RFC 8176).
          { with: { hardware: true }, set: { methods: 'hwk,user,mfa' } },
          { with: { hardware: false }, set: { methods: 'swk,user,mfa' } },
          ...proved,
          { ends: outcome },
        ],
      },
      { on, with: { result: 'cancelled' } },
      { on, with: { result: 'timed-out' } },
      ...(isOfAccount ? ofAccount : []),
      wrong('cloned', 'cloned-credential', [{ tells: ['passkey-copied'] }]),
      wrong('unknown', 'unknown-credential'),
      wrong('wrong', 'wrong-factor'),
    ],
    shows: {
      state: [{ when: { ended: null }, is: asking }, { is: { of: 'ended' } }],
      triesLeft: [{ is: { of: 'proofsPerSession', minus: 'wrongProofs' } }],
      expiresAt: [{ when: { ended: null }, is: { of: 'sessionEndsAt' } }, { is: null }],
      methods: [{ when: { proves: true }, is: { of: 'methods' } }, { is: null }],
    },
    accepts: [{ event: on }, { event: 'CANCEL' }],
    atMostEvery: { 'passkey-copied': 'noticeIntervalMs' },
  };
}

function wrong(result: string, refusal: string, told: readonly Effect[] = []): Rule {
  const effects = [...told, { add: { wrongProofs: 1 } }, { when: { wrongProofs: { atLeast: 'proofsPerSession' } }, ends: 'denied' }];
  return { on, with: { result }, refusal, effects };
}
