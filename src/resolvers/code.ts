/**
 * `code`: compares the entered code with the session's current code. The machine learns only the result. The guess is counted for its
 * destination before the comparison, so that further sessions or processes allow no further guess.
 * `newCode`: tells the machine if the next code is for a throttled destination.
 */
import type { LimitName } from '../engine/errors.ts';
import type { Caller, RequestContext, Resolution, Resolver, ResolvingSession } from '../engine/ports.ts';
import type { CodeGuesses, Guess, GuessVerdict } from './code-guesses.ts';

export interface CodeCheck {
  readonly keyId: string;
  readonly sessionId: string;
  readonly workflow: string;
  readonly destination: string;
  readonly number: number;
}

/** Called for a correct code that was sent by telephone. */
export type Reached = (session: Pick<ResolvingSession, 'id' | 'context' | 'personal'>, caller: Caller) => Promise<void>;

/** Compares a guess with a code in constant time. */
export type CodeMatch = (code: CodeCheck, guess: string) => boolean;

/** @param reached called for correct codes sent by telephone, before the session commits, and possibly more than once */
export function codeResolver(
  guesses: Pick<CodeGuesses, 'reserve' | 'forgive' | 'withdraw'>,
  matches: CodeMatch,
  reached: Reached,
): Resolver {
  const counted = new CountedGuesses(guesses);
  return {
    event: async (body, session, requestContext) => {
      if (!isLookedAt(session)) {
        await counted.withdraw(body);
        return { payload: { correct: false } };
      }
      const guess = { ...guessAt(session, requestContext), destination: session.personal['destination'] ?? '' };
      const verdict = await counted.reserve(body, guess);
      if (verdict.refusal !== null) return blockedBy(verdict.refusal);
      if (!matches(checkOf(session), String(body['code'])))
        return { payload: { correct: false, ...(verdict.isLast ? { last: true } : {}) } };
      await guesses.forgive(guess);
      if (session.personal['phone'] !== undefined) await reached(session, requestContext.caller);
      return { payload: { correct: true } };
    },
  };
}

/**
 * Counted guesses, by the bodies of their requests. A request whose commit loses the race takes another turn, in which the code may be
 * locked. The result of its first turn was never answered, so that guess is taken back.
 */
export class CountedGuesses {
  readonly #guesses: Pick<CodeGuesses, 'reserve' | 'withdraw'>;
  readonly #byBody = new WeakMap<object, Guess>();

  constructor(guesses: Pick<CodeGuesses, 'reserve' | 'withdraw'>) {
    this.#guesses = guesses;
  }

  reserve(body: object, guess: Guess): Promise<GuessVerdict> {
    this.#byBody.set(body, guess);
    return this.#guesses.reserve(guess);
  }

  /** Takes back the guess of a request, if it was counted. */
  async withdraw(body: object): Promise<void> {
    const guess = this.#byBody.get(body);
    if (guess) await this.#guesses.withdraw(guess);
  }
}

export function newCodeResolver(guesses: Pick<CodeGuesses, 'isThrottled'>): Resolver {
  return {
    event: async (_, { personal, at, preview }) => {
      const isIssued = preview({}) === null;
      return { payload: isIssued ? await throttling(guesses, personal['destination'] ?? '', at) : {} };
    },
  };
}

/** The payload that tells a machine if a code is for a throttled destination. */
export async function throttling(
  guesses: Pick<CodeGuesses, 'isThrottled'>,
  destination: string,
  at: number,
): Promise<{ throttled?: true }> {
  return (await guesses.isThrottled(destination, at)) ? { throttled: true } : {};
}

/** True if a guess may be compared. A guess at an expired, locked or unsent code is not compared, and does not count. */
export function isLookedAt({ preview }: Pick<ResolvingSession, 'preview'>): boolean {
  const answer = preview({ correct: false });
  return answer?.kind === 'refused' && answer.code === 'wrong-code';
}

/** The resolution of a guess that is refused without a comparison. */
export function blockedBy({ until, limit }: { readonly until: number | null; readonly limit: LimitName }): Resolution {
  const refused = { payload: { correct: false, blocked: true }, refusedBy: limit };
  return until === null ? refused : { ...refused, refusedUntil: until };
}

/** The guess, in the form in which it is counted. */
export function guessAt({ id: sessionId, context, at }: ResolvingSession, { attempt, caller }: RequestContext) {
  return { id: attempt, code: codeName(sessionId, Number(context['codesIssued'])), caller, at };
}

/** Identifies a code among the codes of all sessions. */
export function codeName(sessionId: string, codeNumber: number): string {
  return `${sessionId}:${codeNumber}`;
}

export function checkOf({ id: sessionId, workflow, keyId, context, personal }: ResolvingSession): CodeCheck {
  return { keyId, sessionId, workflow, destination: personal['destination'] ?? '', number: Number(context['codesIssued']) };
}
