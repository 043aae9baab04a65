/** `support`, `grant`: who asks to see an account, and how long its owner lets them. */
import { InvalidBody } from '../engine/errors.ts';
import type { Agent, Resolver } from '../engine/ports.ts';

/** @param find who the account is of; null where there is none */
export function supportResolver(find: (accountId: string) => Promise<{ readonly locale: string | null } | null>): Resolver {
  return {
    prepare: async (_body, { origin }) => origin.agent ?? null,
    start: async ({ accountId, reason }, prepared) => {
      const agent = prepared as Agent | null;
      if (agent === null) throw new Error('Support was asked for by nobody');
      const account = await find(String(accountId));
      if (account === null) throw new InvalidBody('/accountId', 'There is no such account');
      const { locale } = account;
      return {
        event: null,
        personal: {
          accountId: String(accountId),
          agentKey: agent.keyName,
          agent: agent.name,
          reason: String(reason),
          ...(locale === null ? {} : { locale }),
        },
      };
    },
  };
}

export function grantResolver(): Resolver {
  return { event: ({ minutes }) => ({ payload: { minutes: Number(minutes) } }) };
}
