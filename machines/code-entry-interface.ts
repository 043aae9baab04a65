/** Code entry from outside: the events that people and providers send, and what is shown of it. */
import { Type } from '@sinclair/typebox';
import type { CodeFigures, ReportedFailure } from './code-entry.ts';
import { Code, noFields, noPayload } from './fields.ts';
import { type Context, closed, type PublicEvent } from './workflow.ts';

/** The events of the fragment as they arrive from outside. */
export const codeEntryEvents = {
  SUBMIT_CODE: {
    description: 'Enters the code. A wrong one is counted, for the destination too.',
    body: Type.Object({ code: Code }, closed),
    resolver: 'code',
    sender: 'holder',
    // `last`: the destination is throttled, so the code allows no other guess. `blocked`: the guess is refused without being compared.
    payloads: [{ correct: true }, { correct: false }, { correct: false, last: true }, { correct: false, blocked: true }],
  },
  RESEND_CODE: { description: 'Sends the current code again.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
  REQUEST_NEW_CODE: {
    description: 'Asks for a new code once the current one has expired.',
    body: noFields,
    resolver: 'newCode',
    sender: 'holder',
    // A code for a throttled destination is good for one guess.
    payloads: [{}, { throttled: true }],
  },
  CANCEL: { description: 'Ends the session without success.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
} as const satisfies Record<string, PublicEvent>;

/** The same events where guesses count in an account, for every destination the code goes to. */
export const accountCodeEntryEvents = {
  ...codeEntryEvents,
  REQUEST_NEW_CODE: { ...codeEntryEvents.REQUEST_NEW_CODE, resolver: null, payloads: noPayload },
} as const satisfies Record<string, PublicEvent>;

/** A provider's report that the latest send did not arrive. */
export function deliveryReported(failures: readonly ReportedFailure[]): PublicEvent {
  return {
    description: 'The provider reports that the latest message did not arrive.',
    body: Type.Object(
      {
        failure: Type.Union(
          failures.map((failure) => Type.Literal(failure)),
          { description: 'Why' },
        ),
        codeNumber: Type.Optional(
          Type.Integer({ minimum: 1, description: 'The code that was sent; the current one where nothing is said' }),
        ),
        sendNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'Which send of that code; the latest where nothing is said' })),
      },
      closed,
    ),
    resolver: 'report',
    sender: 'provider',
    payloads: failures.map((failure) => ({ failure })),
  };
}

export const CodeEntryView = {
  codeLength: Type.Integer({ description: 'Digits of a code' }),
  attemptsLeft: Type.Integer({ description: 'Wrong guesses of the current code before it is locked' }),
  sendsLeft: Type.Integer({ description: 'How often the current code can still be sent' }),
  deliveryFailure: Type.Union([Type.String(), Type.Null()], {
    description:
      'Why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null while nothing is known to be wrong',
  }),
};

/** What the outside sees of code entry. */
export function codeEntryView(policy: CodeFigures, context: Context): Record<keyof typeof CodeEntryView, unknown> {
  return {
    codeLength: 6,
    attemptsLeft: Math.max(0, policy.guessesPerCode - Number(context['wrongGuesses'])),
    sendsLeft: Math.max(0, policy.sendsPerCode - Number(context['sendsOfCode'])),
    deliveryFailure: context['deliveryFailure'] ?? null,
  };
}

/** Public names of the fragment's timers. */
export const codeEntryDeadlines = Object.freeze({ codeLifetime: 'expiresAt', resendCooldown: 'canResendAt' });
