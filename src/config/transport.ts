/** Settings that connect to other machines. In production these connections are encrypted, unless the operator allows one by name. */

import { isLoopback } from '../delivery/loopback.ts';
import type { Connection } from './settings.ts';
import { ConfigError, listOf, type Value } from './values.ts';

/**
 * @param connections the connections, by their names in `ALLOW_INSECURE`
 * @throws ConfigError in production, for an unencrypted connection to another machine
 */
export function refuseInsecure(value: Value, production: boolean, connections: Readonly<Record<string, Connection>>): void {
  const names = Object.keys(connections);
  const meant = listOf(value('ALLOW_INSECURE')?.toLowerCase() ?? null);
  const unknown = meant.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ConfigError(`ALLOW_INSECURE must name some of ${names.join(', ')}, separated by commas`);
  if (!production) return;
  for (const [name, { setting, carries, remedy, isEncrypted }] of Object.entries(connections)) {
    const text = value(setting);
    if (text === null || meant.includes(name) || isEncrypted(text)) continue;
    throw new ConfigError(
      `${setting} is not encrypted on its way to another machine, and carries ${carries}: ${remedy}, or allow it with ALLOW_INSECURE=${name}`,
    );
  }
}

/** A loopback connection has no third party on its path. */
export function isEncryptedHttp(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol !== 'http:' || isLoopback(hostname);
}
