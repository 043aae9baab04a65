/** The admins' routes of every service: sessions, and the record of admins' calls. Each call is recorded before it has an effect. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import type { SessionStatus } from '../../engine/session.ts';
import { type AdminGateDeps, type AdminVariables, adminGate, idIn } from '../authentication/admin-keys.ts';
import type { AuditEntry, AuditLog } from '../authentication/audit.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { parameterIn } from '../requests/query-parameters.ts';
import { type Representation, timeOf } from '../sessions/representation.ts';
import type { AuditAnswer, SessionsAnswer } from './admin-schemas.ts';

export interface AdminSession {
  readonly id: string;
  readonly workflow: string;
  readonly version: number;
  readonly revision: number;
  readonly status: SessionStatus;
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
    cancel(id: string): Promise<Representation>;
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
    const { shown, cursor } = pageFrom(await sessions.list({ ...query, ...pageOf(c) }));
    return c.json<Static<typeof SessionsAnswer>>({ sessions: shown.map(sessionAnswer), cursor });
  });
  app.post('/admin/sessions/:id/cancel', gate, async (c) => {
    const id = pathId(c);
    if (id === null) throw new Problem('not-found', 'No such session');
    return c.json<Representation>(await sessions.cancel(id));
  });
  app.get('/admin/audit', gate, async (c) => {
    const { shown, cursor } = pageFrom(await audit.entries({ accountId: idIn(c, 'accountId'), ...pageOf(c) }));
    return c.json<Static<typeof AuditAnswer>>({ entries: shown.map(auditAnswer), cursor });
  });
  return app;
}

function pageOf(c: AdminContext): Page {
  return { below: idIn(c, 'cursor'), limit: pageSize + 1 };
}

/** The query asks for one entry more than a page shows. If that entry exists, there is a next page. */
function pageFrom<Entry extends { readonly id: string }>(entries: readonly Entry[]): { shown: Entry[]; cursor: string | null } {
  const shown = entries.slice(0, pageSize);
  return { shown, cursor: entries.length > pageSize ? (shown.at(-1)?.id ?? null) : null };
}

function sessionAnswer(session: AdminSession): Static<typeof SessionsAnswer>['sessions'][number] {
  const { id, workflow, version, revision, status, state, accountId, createdAt, updatedAt, endedAt } = session;
  return {
    id,
    workflow,
    version,
    revision,
    status,
    state,
    accountId,
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
    endedAt: endedAt === null ? null : timeOf(endedAt),
  };
}

function auditAnswer({
  id,
  at,
  keyName,
  agent,
  action,
  accountId,
  sessionId,
  status,
}: AuditEntry): Static<typeof AuditAnswer>['entries'][number] {
  return { id, at: timeOf(at), keyName, agent, action, accountId, sessionId, status };
}
