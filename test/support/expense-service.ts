/** A service of the expenses, for tests of their parties. */
import { createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll } from 'vitest';
import { expenses } from './expense.ts';
import { Client, type TestDatabase, testDatabase } from './service.ts';

/** The keys of two clients: the shop starts expenses, and the bank has no part in them. */
export const clientKeys = { shop: 'a-key-of-the-shop-backend-1', bank: 'a-key-of-the-bank-backend-2' };

/** Runs the service for the tests of a file, with a stopped clock. @returns its client, once the tests run */
export function expenseService(): () => Client {
  let database: TestDatabase;
  let service: Service;
  let client: Client;
  beforeAll(async () => {
    database = await testDatabase('PostgreSQL');
    const CLIENT_KEYS = `shop:${clientKeys.shop},bank:${clientKeys.bank}`;
    service = await createService({
      modules: [expenses],
      config: { ...database.environment, POLICY: 'seed', SANDBOX: 'true', CLIENT_KEYS },
    });
    client = new Client((await service.listen()).url);
    await client.freeze();
  });
  afterAll(async () => {
    await service.stop();
    await database.remove();
  });
  return () => client;
}
