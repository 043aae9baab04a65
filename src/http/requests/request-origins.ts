/** Determines the origin of requests, from the deployment's keys and proxies. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Log, Origin } from '../../engine/ports.ts';
import { requestOrigin, type TrustedProxies, thisMachine, untrustedProxyWarning } from './client-address.ts';

export interface RequestOriginDeps {
  /** @returns the name of a client key; null for any other text */
  readonly clientKeyNamed: (key: string) => string | null;
  readonly trustedProxies: TrustedProxies;
  readonly sandbox: boolean;
  readonly log: Log;
}

export function requestOrigins({ clientKeyNamed, trustedProxies, sandbox, log }: RequestOriginDeps): (c: Context) => Origin {
  const warnOfProxy = untrustedProxyWarning(trustedProxies, (peer) =>
    log.warn({ peer }, 'X-Forwarded-For is not believed, and all people behind this proxy count as one client: see TRUSTED_PROXIES'),
  );
  return (c) => {
    const clientKey = clientKeyNamed(c.req.header('x-client-key') ?? '');
    const received = { peer: getConnInfo(c).remote.address, forwardedFor: c.req.header('x-forwarded-for'), clientKey };
    if (clientKey === null) warnOfProxy(received);
    const origin = requestOrigin(received, trustedProxies);
    // People and tests use the sandbox from its own machine, and no message costs anything there.
    return sandbox && origin.client === thisMachine ? { ...origin, client: null, network: null } : origin;
  };
}
