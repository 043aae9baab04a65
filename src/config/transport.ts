/**
 * Settings that connect to other machines. In production these connections are encrypted, unless the operator allows one by name. Requests
 * reach private networks only if the operator allows it.
 */
import { isLoopback } from '../common/loopback.ts';
import { isPrivateHost } from '../common/outbound.ts';
import type { Connection, SettingsReader } from './settings.ts';
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

/**
 * An address in a private network can be one of the cloud's own services, or of a machine that trusts its network.
 * @throws ConfigError for such an address that the operator does not allow. Names are looked up with each connection
 */
export function refusePrivateHosts(
  { value, allowsPrivate }: Pick<SettingsReader, 'value' | 'allowsPrivate'>,
  connections: Readonly<Record<string, Connection>>,
): void {
  const outbound = Object.entries(connections).filter(([, { isOutbound }]) => isOutbound === true);
  const names = outbound.map(([name]) => name);
  const unknown = listOf(value('ALLOW_PRIVATE')?.toLowerCase() ?? null).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`ALLOW_PRIVATE must name some of ${names.join(', ')}, separated by commas: '${unknown}' is no connection`);
  for (const [name, { setting }] of outbound) {
    const text = value(setting);
    if (text === null || !/^https?:/i.test(text) || !URL.canParse(text) || allowsPrivate(name) || !isPrivateHost(text)) continue;
    throw new ConfigError(`${setting} is an address of a private network: allow it with ALLOW_PRIVATE=${name}, or correct the address`);
  }
}

/** A loopback connection has no third party on its path. */
export function isEncryptedHttp(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol !== 'http:' || isLoopback(hostname);
}
