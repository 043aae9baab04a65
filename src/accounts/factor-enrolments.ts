/** The task `enrolFactor`: stores the factor that a session has enrolled. */
import type { Factor } from '../common/factor.ts';
import type { TaskHandler } from '../engine/ports.ts';

/** @param named the factor of a name */
export function enrolFactor(named: (name: string) => Factor | undefined): TaskHandler {
  return {
    async run({ sessionId: key, createdAt: at, personal: { accountId, enrols, credential, factorName } }) {
      const factor = named(enrols ?? '');
      if (factor === undefined || accountId === undefined || credential === undefined)
        throw new Error('The session has no factor to enrol');
      const outcome = await factor.enrol(JSON.parse(credential) as Readonly<Record<string, string>>, {
        accountId,
        key,
        name: factorName ?? null,
        at,
      });
      return { outcome: 'done', output: { outcome } };
    },
  };
}
