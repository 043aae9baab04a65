/** The administrators' routes: accounts and sessions, personal details masked. Every call is written down before it does anything. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { NewAccountBody } from './admin-schemas.ts';
import { Problem } from './problem.ts';
import { timeOf } from './representation.ts';
import { bodyReader } from './request-body.ts';

/** An account, as an administrator sees it. */
export interface AdministeredAccount {
  readonly id: string;
  /** Masked. */
  readonly email: string;
  /** Masked. */
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

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly keyName: string;
  readonly agent: string | null;
  readonly action: string;
  readonly accountId: string | null;
  readonly sessionId: string | null;
  readonly status: number | null;
}

interface Page {
  /** Only what comes after this id; null: from the beginning on. */
  readonly below: string | null;
  readonly limit: number;
}

export interface AdminRouteParts {
  /** @returns the name of an administrator's key; null for any other text */
  readonly keyNamed: (key: string) => string | null;
  readonly accounts: {
    /** @returns the id; null where the address has an account already */
    create(account: Static<typeof NewAccountBody>): Promise<string | null>;
    find(id: string): Promise<AdministeredAccount | null>;
  };
  readonly sessions: {
    list(
      query: Page & { workflow: string | null; state: string | null; accountId: string | null },
    ): Promise<readonly AdministeredSession[]>;
    /** @returns the session then; @throws Problem where it takes no such event */
    cancel(id: string): Promise<unknown>;
  };
  readonly audit: {
    begin(entry: Omit<AuditEntry, 'status'>): Promise<void>;
    end(id: string, status: number, accountId: string | null): Promise<void>;
    entries(query: Page & { accountId: string | null }): Promise<readonly AuditEntry[]>;
  };
  readonly newId: () => string;
  readonly now: () => number;
}

const pageSize = 50;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Variables = { accountMade: string };
type AdminContext = Context<{ Variables: Variables }>;

export function adminRoutes(parts: AdminRouteParts): Hono<{ Variables: Variables }> {
  const { accounts, sessions, audit } = parts;
  const app = new Hono<{ Variables: Variables }>();
  const gate = audited(parts);
  const readAccount = bodyReader(NewAccountBody);
  app.post('/admin/accounts', gate, async (c) => {
    const id = await accounts.create((await readAccount(c)) as Static<typeof NewAccountBody>);
    if (id === null) throw new Problem('address-taken', 'The address has an account already');
    c.set('accountMade', id);
    return c.json({ id }, 201);
  });
  app.get('/admin/accounts/:id', gate, async (c) => {
    const id = c.req.param('id');
    const account = uuid.test(id) ? await accounts.find(id) : null;
    if (!account) throw new Problem('not-found', 'There is no such account');
    return c.json(times(account));
  });
  app.get('/admin/sessions', gate, async (c) => {
    const of = (name: string) => c.req.query(name) ?? null;
    const query = { workflow: of('workflow'), state: of('state'), accountId: idIn(c, 'accountId') };
    return c.json(page('sessions', await sessions.list({ ...query, ...pageOf(c) })));
  });
  app.post('/admin/sessions/:id/cancel', gate, async (c) => {
    const id = c.req.param('id');
    if (!uuid.test(id)) throw new Problem('not-found', 'There is no such session');
    return c.json(await sessions.cancel(id));
  });
  app.get('/admin/audit', gate, async (c) =>
    c.json(page('entries', await audit.entries({ accountId: idIn(c, 'accountId'), ...pageOf(c) }))),
  );
  return app;
}

/** Only who has a key gets any further, and not before it is written down who asked for what. */
function audited({ keyNamed, audit, newId, now }: AdminRouteParts): MiddlewareHandler<{ Variables: Variables }> {
  return async (c, next) => {
    const key = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const keyName = key === undefined ? null : keyNamed(key);
    if (keyName === null) throw new Problem('unauthenticated', 'The key of an administrator is missing or wrong');
    const id = newId();
    const route = routePath(c, -1);
    const subject = uuid.exec(c.req.param('id') ?? '')?.[0] ?? null;
    await audit.begin({
      id,
      at: now(),
      keyName,
      agent: agentIn(c),
      action: `${c.req.method} ${route}`,
      accountId: route.startsWith('/admin/accounts/') ? subject : (idIn(c, 'accountId') ?? null),
      sessionId: route.startsWith('/admin/sessions/') ? subject : null,
    });
    await next();
    await audit.end(id, c.res.status, c.get('accountMade') ?? null);
  };
}

/** Whom an administrator says to be. */
function agentIn(c: AdminContext): string | null {
  const agent = c.req.header('x-agent')?.trim();
  if (agent === undefined || agent === '') return null;
  if (agent.length > 100 || /\p{Cc}/u.test(agent)) throw new Problem('invalid-request', 'X-Agent is too long, or holds control characters');
  return agent;
}

function idIn(c: AdminContext, name: string): string | null {
  const id = c.req.query(name);
  if (id === undefined) return null;
  if (!uuid.test(id)) throw new Problem('invalid-request', `${name} is not an id`);
  return id;
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
