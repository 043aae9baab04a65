/** The interface of code entry: the events from people and providers, and the view for clients. */
import { Type } from '@sinclair/typebox';
import type { CodeEntryContext, CodeFigures, EmailCodeEvent, ReportedFailure, StepUpCodeEvent } from './code-entry-setup.ts';
import { Code, noFields, noPayload } from './fields.ts';
import { closed, type PublicEvent, type PublicEventsOf } from './workflow.ts';

/** The public events of the fragment. */
export const codeEntryEvents = {
  SUBMIT_CODE: {
    description: 'Enters the code. A wrong code counts for the session and for the destination.',
    body: Type.Object({ code: Code }, closed),
    resolver: 'code',
    sender: 'holder',
    payloads: [{ correct: true }, { correct: false }, { correct: false, last: true }, { correct: false, blocked: true }],
  },
  RESEND_CODE: { description: 'Sends the current code again.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
  REQUEST_NEW_CODE: {
    description: 'Requests a new code after the current one has expired.',
    body: noFields,
    resolver: 'newCode',
    sender: 'holder',
    payloads: [{}, { throttled: true }],
  },
  CANCEL: { description: 'Ends the session without success.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload },
} as const satisfies PublicEventsOf<EmailCodeEvent>;

/** The same events for guesses that count for an account, over all destinations of its codes. */
export const accountCodeEntryEvents = {
  SUBMIT_CODE: {
    ...codeEntryEvents.SUBMIT_CODE,
    description: 'Enters the code. A wrong code counts for the session and for the account.',
    resolver: 'accountCode',
    payloads: [{ correct: true }, { correct: false }, { correct: false, blocked: true }, { correct: false, outdated: true }],
  },
  RESEND_CODE: codeEntryEvents.RESEND_CODE,
  REQUEST_NEW_CODE: { ...codeEntryEvents.REQUEST_NEW_CODE, resolver: null, payloads: noPayload },
  CANCEL: codeEntryEvents.CANCEL,
} as const satisfies PublicEventsOf<StepUpCodeEvent>;

/** A provider's report that the latest send did not arrive. */
export function deliveryReported(failures: readonly ReportedFailure[]): PublicEvent<{ readonly failure: ReportedFailure }> {
  return {
    description: 'The provider reports that the latest message did not arrive.',
    body: Type.Object(
      {
        failure: Type.Union(
          failures.map((failure) => Type.Literal(failure)),
          { description: 'The reason' },
        ),
        codeNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'The number of the code; the current code by default' })),
        sendNumber: Type.Optional(
          Type.Integer({ minimum: 1, description: 'The number of the send of that code; the latest send by default' }),
        ),
      },
      closed,
    ),
    resolver: 'report',
    sender: 'provider',
    payloads: failures.map((failure) => ({ failure })),
  };
}

export const CodeEntryView = {
  codeLength: Type.Integer({ description: 'The number of digits in a code' }),
  attemptsLeft: Type.Integer({ description: 'The wrong codes that are left before the current code is locked' }),
  sendsLeft: Type.Integer({ description: 'The number of times that the current code can still be sent' }),
  deliveryFailure: Type.Union([Type.String(), Type.Null()], {
    description:
      'The reason why the latest message did not arrive: `not-sent`, `undelivered`, `busy`, `no-answer`; null without a known failure',
  }),
};

/** The view of code entry for clients. */
export function codeEntryView(figures: CodeFigures, context: Readonly<CodeEntryContext>): Record<keyof typeof CodeEntryView, unknown> {
  return {
    codeLength: 6,
    attemptsLeft: Math.max(0, figures.guessesPerCode - context.wrongGuesses),
    sendsLeft: Math.max(0, figures.sendsPerCode - context.sendsOfCode),
    deliveryFailure: context.deliveryFailure,
  };
}

/** Public names of the fragment's timers. */
export const codeEntryDeadlines = Object.freeze({ codeLifetime: 'expiresAt', resendCooldown: 'canResendAt' });
