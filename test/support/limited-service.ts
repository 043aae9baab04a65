/** A service with its own limits on a fresh database, its clock frozen. */
import { Client, type DatabaseKind, policyFile, startIn, testDatabase } from './service.ts';

export interface LimitedService {
  readonly client: Client;
  /** The time at which its clock was frozen, in milliseconds. */
  readonly now: number;
  /** Another process on the same database. */
  another(): Promise<Client>;
  remove(): Promise<void>;
}

export async function limited(
  kind: DatabaseKind,
  limits: Readonly<Record<string, number>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<LimitedService> {
  const database = await testDatabase(kind);
  const file = await policyFile(database.environment['DATA_DIR'] ?? '', limits);
  const environment = { ...database.environment, ...settings, POLICY: file };
  const services = [await startIn(environment)];
  const client = new Client(services[0]?.url ?? '');
  const now = await client.freeze();
  return {
    client,
    now,
    another: async () => {
      const service = await startIn(environment);
      services.push(service);
      return new Client(service.url);
    },
    remove: async () => {
      for (const service of services) await service.stop();
      await database.remove();
    },
  };
}
