/** Two services on one database, as two nodes of a deployment. */
import { Client, quickDatabase, startIn, testDatabase } from './service.ts';

export interface TwoServices {
  readonly client: Client;
  readonly other: Client;
  /** Stops both and removes the database. */
  remove(): Promise<void>;
}

export async function startTwo(settings: Readonly<Record<string, string>> = {}): Promise<TwoServices> {
  const database = await testDatabase(quickDatabase);
  const environment = { ...database.environment, ...settings };
  const [one, two] = await Promise.all([startIn(environment), startIn(environment)]);
  return {
    client: new Client(one.url),
    other: new Client(two.url),
    remove: async () => {
      await Promise.all([one.stop(), two.stop()]);
      await database.remove();
    },
  };
}
