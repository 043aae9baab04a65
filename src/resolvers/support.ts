/** `support`: reads an agent's request for access to an account. `grant`: reads the duration that the owner grants. */
import { InvalidBody, type LimitName, RateLimited } from '../engine/errors.ts';
import type { Agent, Resolver } from '../engine/ports.ts';

export interface SupportDeps {
  /** @returns the locale of the account's owner; null if there is no such account */
  readonly find: (accountId: string) => Promise<{ readonly locale: string | null } | null>;
  /** Draws on the limits of agents' requests. @returns null if it drew; otherwise the limit that refuses, and when it has room again */
  readonly spend: (
    agent: Agent,
    accountId: string,
    entry: string,
  ) => Promise<{ readonly until: number; readonly limit?: LimitName } | null>;
}

export function supportResolver({ find, spend }: SupportDeps): Resolver {
  return {
    prepare: async ({ accountId }, { caller, attempt }) => {
      const { agent = null } = caller;
      const refused = agent && (await spend(agent, String(accountId), attempt));
      if (refused) throw new RateLimited(refused.until, refused.limit);
      return agent;
    },
    start: async ({ accountId, reason }, prepared) => {
      const agent = prepared as Agent | null;
      if (agent === null) throw new Error('The request for support access has no agent');
      const account = await find(String(accountId));
      if (account === null) throw new InvalidBody('/accountId', 'No such account');
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
