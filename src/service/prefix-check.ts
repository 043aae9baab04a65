/** Checks the prefix of PUBLIC_URL against the routes of the service. */
import type { Hono } from 'hono';
import { ConfigError } from '../config/values.ts';
import { prefixOf } from '../http/addresses.ts';

/**
 * The service removes the prefix from every path that starts with it. So no route may start with the prefix.
 * @throws ConfigError
 */
export function checkPrefix(publicUrl: string, { routes }: Pick<Hono, 'routes'>): void {
  const prefix = prefixOf(publicUrl);
  if (prefix === '') return;
  const parts = prefix.split('/');
  // Middleware has patterns instead of addresses.
  const taken = routes.find(({ method, path }) => method !== 'ALL' && startsWith(path.split('/'), parts));
  if (taken) throw new ConfigError(`PUBLIC_URL cannot end with ${prefix}: the service has the route ${taken.path}`);
}

function startsWith(route: readonly string[], parts: readonly string[]): boolean {
  return parts.every((part, index) => route[index] === part || route[index]?.startsWith(':'));
}
