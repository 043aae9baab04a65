/** The admins' routes of every service: sessions, and the record of admins' calls. Each call is recorded before it has an effect. */
import { type Context, Hono } from 'hono';
import { type AdminGateDeps, type AdminVariables, adminGate, idIn } from '../authentication/admin-keys.ts';
import type { AuditEntry, AuditLog } from '../authentication/audit.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
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
  /** The page starts below this id; null for the first page. */
  readonly below: string | null;
  readonly limit: number;
}

export interface AdminRouteDeps extends AdminGateDeps {
  readonly sessions: {
    list(query: Page & { workflow: string | null; state: string | null; accountId: string | null }): Promise<readonly AdminSession[]>;
    /** @returns the session after the cancellation. @throws Problem if the session takes no cancellation */
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
    const id = pathId(c);
    if (id === null) throw new Problem('not-found', 'No such session');
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

/** The query asks for one entry more than a page shows. If that entry exists, there is a next page. */
function page<Entry extends { readonly id: string }>(name: string, entries: readonly Entry[]): Record<string, unknown> {
  const shown = entries.slice(0, pageSize);
  return { [name]: shown.map(times), cursor: entries.length > pageSize ? (shown.at(-1)?.id ?? null) : null };
}

const timed = new Set(['at', 'createdAt', 'updatedAt', 'endedAt', 'codesRefusedUntil']);

/** An entry with its times as text. */
export function times(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, timed.has(name) && typeof value === 'number' ? timeOf(value) : value]),
  );
}
