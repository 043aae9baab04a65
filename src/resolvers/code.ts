/** `code`: compares what was entered with the session's current code. The machine hears only whether it was right. */
import type { Origin, Resolver, ResolvingSession } from '../engine/ports.ts';

export interface CodeCheck {
  readonly keyId: string;
  readonly sessionId: string;
  readonly workflow: string;
  readonly destination: string;
  readonly number: number;
}

/** A right code that reached somebody by telephone. */
export type Reached = (session: Pick<ResolvingSession, 'id' | 'context' | 'personal'>, origin: Origin) => Promise<void>;

/**
 * @param matches compares a guess with a code in constant time
 * @param reached hears of right codes that came by telephone, before the session does, and possibly more than once
 */
export function codeResolver(matches: (code: CodeCheck, guess: string) => boolean, reached: Reached): Resolver {
  return {
    event: async ({ code }, { id: sessionId, workflow, keyId, context, personal, preview }, { origin }) => {
      const check = { keyId, sessionId, workflow, destination: personal['destination'] ?? '', number: Number(context['codesIssued']) };
      const correct = matches(check, String(code));
      if (correct && personal['phone'] !== undefined && preview({ correct }) === null)
        await reached({ id: sessionId, context, personal }, origin);
      return { payload: { correct } };
    },
  };
}
