/** What the administrators' routes work with. */
import { timingSafeEqual } from 'node:crypto';
import type { Account } from './accounts/account.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Config } from './config.ts';
import { maskEmail, normaliseEmail } from './delivery/email-address.ts';
import { maskPhone, readPhoneNumber } from './delivery/phone-number.ts';
import { InvalidBody } from './engine/errors.ts';
import { type Agent, ownOrigin } from './engine/ports.ts';
import type { Guesses } from './guesses.ts';
import type { AdministeredAccount, AdminRouteParts } from './http/admin-routes.ts';
import type { StaffParts } from './http/staff.ts';
import { v7 } from './secrets/uuid.ts';
import type { Store } from './store/store.ts';

export interface AdministrationParts {
  readonly config: Config;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly guesses: Guesses;
  /** @returns the session by which the owner lets an agent see the account now; null where none does */
  readonly accessOf: (accountId: string, agent: Agent) => Promise<string | null>;
  /** @returns the session's representation then */
  readonly cancel: (sessionId: string) => Promise<unknown>;
  readonly now: () => number;
}

/** Their passwords are hashed in a lane of their own. */
const administrators = { ...ownOrigin, clientKey: 'of an administrator' };

/** @returns null where there are no keys */
export function administration({ config, store, accounts, guesses, accessOf, cancel, now }: AdministrationParts): AdminRouteParts | null {
  if (config.adminKeys.length === 0) return null;
  return {
    keyNamed: (key) => nameOfKey(config.adminKeys, key),
    accounts: {
      create: (made) => accounts.create(made, administrators),
      find: async (id, agent) => {
        const account = await accounts.find(id);
        if (account === null) return null;
        const accessId = agent === null ? null : await accessOf(id, agent);
        return { account: administered(account, accessId === null), accessId };
      },
    },
    openDestination: (to) => guesses.atDestinations.open(destinationOf(to)),
    sessions: { list: (query) => store.sessions.list(query), cancel },
    audit: store.audit,
    newId: () => v7(now()),
    now,
  };
}

/**
 * Those who may ask for support access: whoever has an administrator's key, and in the sandbox its agent.
 * @param agentKey the sandbox's; null outside of it
 * @returns null where there are no keys
 */
export function sessionStaff(
  { config, store, now }: Pick<AdministrationParts, 'config' | 'store' | 'now'>,
  agentKey: string | null,
): StaffParts | null {
  const keys = agentKey === null ? config.adminKeys : [...config.adminKeys, { name: 'the sandbox', key: agentKey }];
  if (keys.length === 0) return null;
  return { keyNamed: (key) => nameOfKey(keys, key), audit: store.audit, newId: () => v7(now()), now };
}

/** @throws InvalidBody for text that is neither an address nor a number */
function destinationOf(to: string): string {
  const number = readPhoneNumber(to, null, null);
  const destination = 'e164' in number ? number.e164 : normaliseEmail(to)?.identity;
  if (destination === undefined) throw new InvalidBody('/to', 'Neither an email address nor an international number');
  return destination;
}

/** Every key is compared, in constant time. */
export function nameOfKey(keys: Config['adminKeys'], text: string): string | null {
  let found: string | null = null;
  for (const { name, key } of keys) if (sameText(key, text)) found = name;
  return found;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function administered(account: Account, isMasked: boolean): AdministeredAccount {
  const { id, email, phone, emailVerified, phoneVerified, locale, blockedUntil, closedChannels, createdAt, updatedAt } = account;
  return {
    id,
    email: isMasked ? maskEmail(email) : email,
    phone: phone === null || !isMasked ? phone : maskPhone(phone),
    emailVerified,
    phoneVerified,
    locale,
    codesRefusedUntil: blockedUntil,
    closedChannels,
    createdAt,
    updatedAt,
  };
}
