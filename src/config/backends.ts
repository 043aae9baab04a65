/** The settings of backends that do tasks: for each its address and its secret. */
import type { BackendTask } from '../../machines/workflow.ts';
import type { Connection, SettingsReader } from './settings.ts';
import { isEncryptedHttp } from './transport.ts';
import { ConfigError, checked, isUrlOf, isWebhookSecret } from './values.ts';

/** A task that a backend does, with its place. */
export interface BackendUse {
  readonly workflow: string;
  readonly task: string;
  readonly own: BackendTask;
}

export interface BackendSettings {
  readonly setting: string;
  /** The name of the connection in `ALLOW_INSECURE` and `ALLOW_PRIVATE`. */
  readonly connection: string;
  readonly url: string;
  readonly secret: string;
  readonly allowsPrivate: boolean;
}

/** True for the name of a setting with an address. */
export function isAddressSetting(name: string): boolean {
  return /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*_URL$/.test(name);
}

/** `reservations` for RESERVATIONS_URL. */
export function backendName(setting: string): string {
  return setting.replace(/_URL$/, '').toLowerCase().replaceAll('_', '-');
}

/** The connections to backends, by name. */
export function backendConnections(uses: readonly BackendUse[]): Readonly<Record<string, Connection>> {
  return Object.fromEntries(
    [...firstUses(uses).keys()].map((setting) => [
      backendName(setting),
      { setting, carries: 'inputs of tasks and personal details', remedy: 'use https://', isEncrypted: isEncryptedHttp, isOutbound: true },
    ]),
  );
}

/**
 * @returns the settings of each backend, by the name of its setting; null for a backend without an address: in the sandbox, a person answers
 *   for it
 * @throws ConfigError
 */
export function backendSettings(
  { value, sandbox, allowsPrivate }: SettingsReader,
  uses: readonly BackendUse[],
): Readonly<Record<string, BackendSettings | null>> {
  const isWebUrl = isUrlOf('http:', 'https:');
  return Object.fromEntries(
    [...firstUses(uses)].map(([setting, { workflow, task }]) => {
      const secretName = setting.replace(/_URL$/, '_SECRET');
      const url = checked(setting, value(setting), 'an http:// or https:// URL', isWebUrl);
      const secret = checked(secretName, value(secretName), 'whsec_ and at least 24 bytes in base64', isWebhookSecret);
      const use = `the backend of the task '${task}' of workflow '${workflow}'`;
      if (url === null && sandbox) return [setting, null];
      if (url === null) throw new ConfigError(`${setting} is needed: the address of ${use}. With SANDBOX=true, a person can answer for it`);
      if (secret === null)
        throw new ConfigError(`${secretName} is needed with ${setting}: it signs the requests to ${use}, and its answers`);
      if (new URL(url).password !== '')
        throw new ConfigError(`${setting} has a password, which no request sends: the signature authenticates each request. Remove it`);
      const connection = backendName(setting);
      return [setting, { setting, connection, url, secret, allowsPrivate: allowsPrivate(connection) }];
    }),
  );
}

/** The first task of each backend, by the setting of the backend's address. */
function firstUses(uses: readonly BackendUse[]): ReadonlyMap<string, BackendUse> {
  const first = new Map<string, BackendUse>();
  for (const use of uses) if (isAddressSetting(use.own.url) && !first.has(use.own.url)) first.set(use.own.url, use);
  return first;
}
