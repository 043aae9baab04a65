/** `report`: what a provider says about a send. Late, repeated and reordered reports are about a send that is not the latest. */
import type { Resolver } from '../engine/ports.ts';

export function reportResolver(): Resolver {
  return {
    event: ({ failure, codeNumber, sendNumber }, { context }) => {
      const { codesIssued, sendsOfCode } = context;
      const isLatest = (codeNumber ?? codesIssued) === codesIssued && (sendNumber ?? sendsOfCode) === sendsOfCode;
      return isLatest ? { payload: { failure: String(failure) } } : null;
    },
  };
}
