/** The admins' routes of every service: its sessions, and what admins did. Every call is recorded before it does anything. */
import { type Context, Hono } from 'hono';
import { type AdminGateDeps, type AdminVariables, adminGate, idIn, isId } from '../authentication/admin-keys.ts';
import type { AuditEntry, AuditLog } from '../authentication/audit.ts';
import { Problem } from '../problems/problem.ts';
import { parameterIn } from '../requests/query-parameters.ts';
import { timeOf } from '../sessions/representation.ts';

export interface AdminSession {
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

export interface AdminRouteDeps extends AdminGateDeps {
  readonly sessions: {
    list(query: Page & { workflow: string | null; state: string | null; accountId: string | null }): Promise<readonly AdminSession[]>;
    /** @returns the session then; @throws Problem where it takes no such event */
    cancel(id: string): Promise<unknown>;
  };
  readonly audit: AuditLog & {
    entries(query: Page & { accountId: string | null }): Promise<readonly AuditEntry[]>;
  };
}

const pageSize = 50;

type AdminContext = Context<{ Variables: AdminVariables }>;

export function adminRoutes(deps: AdminRouteDeps): Hono<{ Variables: AdminVariables }> {
  const { sessions, audit } = deps;
  const app = new Hono<{ Variables: AdminVariables }>();
  const gate = adminGate(deps);
  app.get('/admin/sessions', gate, async (c) => {
    const query = { workflow: parameterIn(c, 'workflow'), state: parameterIn(c, 'state'), accountId: idIn(c, 'accountId') };
    return c.json(page('sessions', await sessions.list({ ...query, ...pageOf(c) })));
  });
  app.post('/admin/sessions/:id/cancel', gate, async (c) => {
    const id = c.req.param('id');
    if (!isId(id)) throw new Problem('not-found', 'No such session');
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
export function times(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, timed.has(name) && typeof value === 'number' ? timeOf(value) : value]),
  );
}
