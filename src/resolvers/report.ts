/** `report`: reads a provider's delivery report. A report about a send that is not the latest, because it came late, is ignored. */
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
