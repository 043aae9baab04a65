/** Authenticates admins and agents by a key and a name that they give themselves. Each request is recorded before it has an effect. */
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { isId } from '../../common/ids.ts';
import type { Agent } from '../../engine/ports.ts';
import { Problem } from '../problems/problem.ts';
import { codePoints } from '../requests/body-schema.ts';
import { pathId } from '../requests/ids.ts';
import { parameterIn } from '../requests/query-parameters.ts';
import { agentNameIn } from './agent-name.ts';
import type { AuditLog, Subject } from './audit.ts';

export interface AdminGateDeps {
  /** @returns the name of an admin's key; null for any other text */
  readonly keyNamed: (key: string) => string | null;
  readonly audit: AuditLog;
  readonly newId: () => string;
  readonly now: () => number;
}

/** The admitted admin or agent, and the object of the request. */
export type AdminVariables = { admin: { keyName: string; name: string | null }; subject: Subject };

/** Admits requests with an admin key, and records them. @param others the treatment of all other requests */
export function adminGate(
  deps: AdminGateDeps,
  others: 'refused' | 'let through' = 'refused',
): MiddlewareHandler<{ Variables: AdminVariables }> {
  return async (c, next) => {
    const key = bearerOf(c);
    const keyName = key === null ? null : deps.keyNamed(key);
    if (keyName !== null) return recorded(c, { keyName, name: nameIn(c) }, deps, next);
    if (others === 'refused') throw new Problem('unauthenticated', 'The key of an admin is missing or wrong');
    return next();
  };
}

async function recorded(
  c: Context<{ Variables: AdminVariables }>,
  admin: AdminVariables['admin'],
  { audit, newId, now }: AdminGateDeps,
  next: () => Promise<void>,
): Promise<void> {
  const id = newId();
  const route = routePath(c, -1);
  const subject = pathId(c);
  const aboutAccount = route.startsWith('/admin/accounts/');
  c.set('admin', admin);
  await audit.begin({
    id,
    at: now(),
    keyName: admin.keyName,
    agent: admin.name,
    action: `${c.req.method} ${route}`,
    accountId: aboutAccount ? subject : idIn(c, 'accountId'),
    sessionId: aboutAccount ? null : subject,
  });
  await next();
  await audit.end(id, c.res.status, c.get('subject') ?? {});
}

/** The admitted agent. @throws Problem if the request names no agent */
export function agentOf({ keyName, name }: AdminVariables['admin']): Agent {
  if (name === null) throw new Problem('invalid-request', 'X-Agent is missing: send the name of the person who acts');
  return { keyName, name };
}

/** The bearer token of a request; null without one. */
export function bearerOf(c: Context): string | null {
  return /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? null;
}

/** Longer than the names of people and of their departments. The owner reads it in a message. */
const longestAgentName = 100;

function nameIn(c: Context): string | null {
  const name = agentNameIn(c.req.header('x-agent') ?? '');
  if (name === '') return null;
  if (codePoints(name) > longestAgentName || /[\p{Cc}\u2028\u2029]/u.test(name))
    throw new Problem('invalid-request', `X-Agent is longer than ${longestAgentName} characters, or contains control characters`);
  return name;
}

/** @throws Problem if the parameter is not an id */
export function idIn(c: Context, name: string): string | null {
  const id = parameterIn(c, name)?.toLowerCase() ?? null;
  if (id === null) return null;
  if (!isId(id)) throw new Problem('invalid-request', `${name} is not an id`);
  return id;
}
