/** Identifies the caller of each request, from the deployment's client keys and trusted proxies. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Caller, Log } from '../../engine/ports.ts';
import { requestCaller, type TrustedProxies, thisMachine, untrustedProxyWarning } from './client-address.ts';

export interface RequestCallerDeps {
  /** @returns the name of a client key; null for any other text */
  readonly clientKeyNamed: (key: string) => string | null;
  readonly trustedProxies: TrustedProxies;
  readonly sandbox: boolean;
  readonly log: Log;
}

export function requestCallers({ clientKeyNamed, trustedProxies, sandbox, log }: RequestCallerDeps): (c: Context) => Caller {
  const warnOfProxy = untrustedProxyWarning(trustedProxies, (peer) =>
    log.warn({ peer }, 'X-Forwarded-For is not believed, and all people behind this proxy count as one client: see TRUSTED_PROXIES'),
  );
  return (c) => {
    const clientKey = clientKeyNamed(c.req.header('x-client-key') ?? '');
    const received = { peer: getConnInfo(c).remote.address, forwardedFor: c.req.header('x-forwarded-for'), clientKey };
    if (clientKey === null) warnOfProxy(received);
    const caller = requestCaller(received, trustedProxies);
    // Tests, and people who try the sandbox, use it from its own machine. Messages cost nothing there.
    return sandbox && caller.client === thisMachine ? { ...caller, client: null, network: null } : caller;
  };
}
