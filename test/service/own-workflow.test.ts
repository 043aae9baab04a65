/** The README's workflow, from its start to each of its ends. */
import { createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modules } from '../../examples/parcels/parcels.ts';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  service = await createService({ modules, config: { ...database.environment, POLICY: 'seed', SANDBOX: 'true' } });
  client = new Client((await service.listen()).url);
  await client.freeze();
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

test('a parcel is collected', async () => {
  const pickup = await client.start('parcel-pickups', {});
  expect(await pickup.read()).toMatchObject({ state: 'waiting', keptUntil: expect.any(String) });
  expect((await pickup.send('collect')).body).toMatchObject({ status: 'done', outcome: 'collected' });
});

test('a parcel that is not collected is returned after a week', async () => {
  const pickup = await client.start('parcel-pickups', {});
  await client.clock({ advance: 'P7D' });
  expect((await pickup.read()).outcome).toBe('returned');
});
