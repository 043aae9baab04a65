/** `code`: compares what was entered with the session's current code. The machine hears only whether it was right. */
import type { Resolver } from '../engine/ports.ts';

export interface CodeCheck {
  readonly keyId: string;
  readonly sessionId: string;
  readonly workflow: string;
  readonly destination: string;
  readonly number: number;
}

/** @param matches compares a guess with a code in constant time */
export function codeResolver(matches: (code: CodeCheck, guess: string) => boolean): Resolver {
  return {
    event: ({ code }, { id: sessionId, workflow, keyId, context, personal }) => {
      const check = { keyId, sessionId, workflow, destination: personal['destination'] ?? '', number: Number(context['codesIssued']) };
      return { payload: { correct: matches(check, String(code)) } };
    },
  };
}
