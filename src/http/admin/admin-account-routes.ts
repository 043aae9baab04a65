/** The admins' routes of accounts, with masked personal details. */
import type { Static } from '@sinclair/typebox';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Agent } from '../../engine/ports.ts';
import type { AdminVariables } from '../authentication/admin-keys.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { bodyReader } from '../requests/request-body.ts';
import { timeOf } from '../sessions/representation.ts';
import { type AccountAnswer, type AccountMade, NewAccountBody } from './admin-schemas.ts';

/** An account, as an admin sees it. */
export interface AdminAccount {
  readonly id: string;
  /** Masked, unless the owner has granted this agent access. */
  readonly email: string;
  /** Masked like the email address. */
  readonly phone: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly locale: string | null;
  readonly codesRefusedUntil: number | null;
  readonly closedChannels: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AdminAccountRouteDeps {
  readonly gate: MiddlewareHandler<{ Variables: AdminVariables }>;
  readonly accounts: {
    /** Opens closed authenticators and ends a pause after wrong codes. @returns true if the account exists */
    openCodes(id: string): Promise<boolean>;
    /** @returns the id; null if the address has an account already */
    create(account: Static<typeof NewAccountBody>): Promise<string | null>;
    /** @param agent the agent who looks; null if the request names no agent, and then personal details stay masked */
    find(id: string, agent: Agent | null): Promise<{ readonly account: AdminAccount; readonly accessId: string | null } | null>;
  };
}

export function adminAccountRoutes({ gate, accounts }: AdminAccountRouteDeps): Hono {
  const app = new Hono<{ Variables: AdminVariables }>();
  const readAccount = bodyReader(NewAccountBody);
  app.post('/admin/accounts', gate, async (c) => {
    const id = await accounts.create((await readAccount(c)) as Static<typeof NewAccountBody>);
    if (id === null) throw new Problem({ refusal: 'address-taken' }, 'This email address already has an account');
    c.set('subject', { accountId: id });
    return c.json<Static<typeof AccountMade>>({ id }, 201);
  });
  app.get('/admin/accounts/:id', gate, async (c) => {
    const id = pathId(c);
    const { keyName, name } = c.get('admin');
    const found = id !== null ? await accounts.find(id, name === null ? null : { keyName, name }) : null;
    if (!found) throw new Problem('not-found', 'No such account');
    if (found.accessId !== null) c.set('subject', { sessionId: found.accessId });
    return c.json<Static<typeof AccountAnswer>>(accountAnswer(found.account, found.accessId));
  });
  app.post('/admin/accounts/:id/open-codes', gate, async (c) => {
    const id = pathId(c);
    if (id === null || !(await accounts.openCodes(id))) throw new Problem('not-found', 'No such account');
    c.set('subject', { accountId: id });
    return c.body(null, 204);
  });
  // The variables of the admin gate are set for these routes alone: no other route sees their types.
  return new Hono().route('/', app);
}

function accountAnswer(account: AdminAccount, accessId: string | null): Static<typeof AccountAnswer> {
  const { id, email, phone, emailVerified, phoneVerified, locale, codesRefusedUntil, closedChannels, createdAt, updatedAt } = account;
  return {
    id,
    email,
    phone,
    emailVerified,
    phoneVerified,
    locale,
    codesRefusedUntil: codesRefusedUntil === null ? null : timeOf(codesRefusedUntil),
    closedChannels: [...closedChannels],
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
    accessId,
  };
}
