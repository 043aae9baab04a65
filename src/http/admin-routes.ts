/** The administrators' routes: accounts and sessions, personal details masked. Every call is written down before it does anything. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import type { Agent } from '../engine/ports.ts';
import { NewAccountBody, OpenDestinationBody } from './admin-schemas.ts';
import { Problem } from './problem.ts';
import { parameterIn } from './query-parameters.ts';
import { timeOf } from './representation.ts';
import { bodyReader } from './request-body.ts';
import { type AuditEntry, idIn, isId, type StaffParts, type StaffVariables, staffGate } from './staff.ts';

/** An account, as an administrator sees it. */
export interface AdministeredAccount {
  readonly id: string;
  /** Masked, but for whom its owner lets see it now. */
  readonly email: string;
  /** Likewise. */
  readonly phone: string | null;
  readonly emailVerified: boolean;
  readonly phoneVerified: boolean;
  readonly locale: string | null;
  readonly codesRefusedUntil: number | null;
  readonly closedChannels: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AdministeredSession {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly status: string;
  readonly state: string;
  readonly accountId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

interface Page {
  /** Only what comes after this id; null: from the beginning on. */
  readonly below: string | null;
  readonly limit: number;
}

export interface AdminRouteParts extends StaffParts {
  readonly accounts: {
    /** @returns the id; null where the address has an account already */
    create(account: Static<typeof NewAccountBody>): Promise<string | null>;
    /** @param agent who asks; null where nobody says so, and then nobody has access */
    find(id: string, agent: Agent | null): Promise<{ readonly account: AdministeredAccount; readonly accessId: string | null } | null>;
  };
  /** Opens a destination closed by many wrong codes. @throws InvalidBody for text that is no destination */
  readonly openDestination: (to: string) => Promise<void>;
  readonly sessions: {
    list(
      query: Page & { workflow: string | null; state: string | null; accountId: string | null },
    ): Promise<readonly AdministeredSession[]>;
    /** @returns the session then; @throws Problem where it takes no such event */
    cancel(id: string): Promise<unknown>;
  };
  readonly audit: StaffParts['audit'] & {
    entries(query: Page & { accountId: string | null }): Promise<readonly AuditEntry[]>;
  };
}

const pageSize = 50;

type AdminContext = Context<{ Variables: StaffVariables }>;

export function adminRoutes(parts: AdminRouteParts): Hono<{ Variables: StaffVariables }> {
  const { accounts, openDestination, sessions, audit } = parts;
  const app = new Hono<{ Variables: StaffVariables }>();
  const gate = staffGate(parts);
  const readAccount = bodyReader(NewAccountBody);
  app.post('/admin/accounts', gate, async (c) => {
    const id = await accounts.create((await readAccount(c)) as Static<typeof NewAccountBody>);
    if (id === null) throw new Problem('address-taken', 'The address has an account already');
    c.set('subject', { accountId: id });
    return c.json({ id }, 201);
  });
  app.get('/admin/accounts/:id', gate, async (c) => {
    const id = c.req.param('id');
    const { keyName, name } = c.get('staff');
    const found = isId(id) ? await accounts.find(id, name === null ? null : { keyName, name }) : null;
    if (!found) throw new Problem('not-found', 'There is no such account');
    if (found.accessId !== null) c.set('subject', { sessionId: found.accessId });
    return c.json({ ...times(found.account), accessId: found.accessId });
  });
  const readDestination = bodyReader(OpenDestinationBody);
  app.post('/admin/destinations/open', gate, async (c) => {
    await openDestination(((await readDestination(c)) as Static<typeof OpenDestinationBody>).to);
    return c.body(null, 204);
  });
  app.get('/admin/sessions', gate, async (c) => {
    const query = { workflow: parameterIn(c, 'workflow'), state: parameterIn(c, 'state'), accountId: idIn(c, 'accountId') };
    return c.json(page('sessions', await sessions.list({ ...query, ...pageOf(c) })));
  });
  app.post('/admin/sessions/:id/cancel', gate, async (c) => {
    const id = c.req.param('id');
    if (!isId(id)) throw new Problem('not-found', 'There is no such session');
    return c.json(await sessions.cancel(id));
  });
  app.get('/admin/audit', gate, async (c) =>
    c.json(page('entries', await audit.entries({ accountId: idIn(c, 'accountId'), ...pageOf(c) }))),
  );
  return app;
}

function pageOf(c: AdminContext): Page {
  return { below: idIn(c, 'cursor'), limit: pageSize + 1 };
}

/** One entry more than is shown was asked for: if it is there, so is another page. */
function page<Entry extends { readonly id: string }>(name: string, entries: readonly Entry[]): Record<string, unknown> {
  const shown = entries.slice(0, pageSize);
  return { [name]: shown.map(times), cursor: entries.length > pageSize ? (shown.at(-1)?.id ?? null) : null };
}

const timed = new Set(['at', 'createdAt', 'updatedAt', 'endedAt', 'codesRefusedUntil']);

/** The same with times as text. */
function times(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, timed.has(name) && typeof value === 'number' ? timeOf(value) : value]),
  );
}
