/** A party that is the owner of an account, found by a verified address or number of the session instead of a login at its start. */
import { Type } from '@sinclair/typebox';
import { builtInModules, closed, createService, defineModule, defineWorkflow, type Service } from 'verification-workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setup } from 'xstate';
import { Client, type TestDatabase, testDatabase } from '../support/service.ts';

const password = 'a quiet evening in Porto';
const noFields = Type.Object({}, closed);

const loanOffer = defineWorkflow('loan-offer', () => ({
  collection: 'loan-offers',
  version: 1,
  description: 'Offers a loan to the owner of an account.',
  machine: setup({ types: {} as { events: { type: 'ACCEPT' } | { type: 'CALL' } } }).createMachine({
    initial: 'offered',
    states: { offered: { on: { ACCEPT: 'accepted', CALL: 'called' } }, accepted: { type: 'final' }, called: { type: 'final' } },
  }),
  data: { borrower: 'sealed', guarantor: 'sealed' },
  parties: { borrower: { by: 'borrower' }, guarantor: { by: 'guarantor' } },
  differ: [['borrower', 'guarantor']],
  start: {
    body: Type.Object({ borrower: Type.String({ format: 'email' }), guarantor: Type.Optional(Type.String({ format: 'phone' })) }, closed),
    events: [null],
  },
  events: {
    ACCEPT: { description: 'Accepts.', body: noFields, sender: 'borrower', payloads: [{}] },
    CALL: { description: 'Calls.', body: noFields, sender: ['borrower', 'guarantor'], payloads: [{}] },
  },
  view: { schema: Type.Object({ viewer: Type.String() }), of: ({ viewer }) => ({ viewer }) },
  deadlines: {},
}));

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase('PostgreSQL');
  const modules = [...builtInModules(), defineModule({ name: 'loans', workflows: [loanOffer] })];
  service = await createService({ modules, config: { ...database.environment, POLICY: 'seed', SANDBOX: 'true' } });
  client = new Client((await service.listen()).url);
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

async function loginOf(email: string, more: object = {}): Promise<string> {
  const made = await client.post('/sandbox/accounts', { email, password, trustedDevice: true, ...more });
  const { deviceToken } = made.body;
  return (await client.post('/v1/login-verifications', { email, password, deviceToken })).body.accessToken;
}

test('the owner of the verified address sends its events, and nobody else does', async () => {
  const [owner, other] = [await loginOf('Jane.Doe@example.com'), await loginOf('other@example.com')];
  const offer = await client.start('loan-offers', { borrower: 'jane.doe@EXAMPLE.com' });
  expect((await client.get(offer.path, owner)).body).toMatchObject({
    data: { viewer: 'borrower' },
    events: [{ type: 'accept' }, { type: 'call' }],
  });
  expect((await client.get(offer.path, other)).status).toBe(404);
  expect((await client.post(`${offer.path}/accept`, {}, { token: other })).status).toBe(404);
  expect((await client.post(`${offer.path}/accept`, {}, { token: offer.token })).status).toBe(401);
  expect((await client.post(`${offer.path}/accept`, {}, { token: owner })).body.outcome).toBe('accepted');
});

test('a verified number finds its owner, and no other', async () => {
  const owner = await loginOf('guarantor@example.com', { phone: '+14155550132' });
  const stranger = await loginOf('stranger@example.com', { phone: '+14155550133' });
  const offer = await client.start('loan-offers', { borrower: 'jane@example.com', guarantor: '+1 (415) 555-0132' });
  expect((await client.get(offer.path, owner)).body).toMatchObject({ data: { viewer: 'guarantor' }, events: [{ type: 'call' }] });
  expect((await client.post(`${offer.path}/accept`, {}, { token: owner })).status).toBe(401);
  expect((await client.get(offer.path, stranger)).status).toBe(404);
});

test('one person with the address of a party and the number of another, who must differ, is neither', async () => {
  const both = await loginOf('both@example.com', { phone: '+14155550134' });
  const offer = await client.start('loan-offers', { borrower: 'both@example.com', guarantor: '+14155550134' });
  expect((await client.get(offer.path, both)).status).toBe(404);
  expect((await client.post(`${offer.path}/accept`, {}, { token: both })).status).toBe(404);
  const apart = await client.start('loan-offers', { borrower: 'both@example.com', guarantor: '+14155550135' });
  expect((await client.post(`${apart.path}/accept`, {}, { token: both })).body.outcome).toBe('accepted');
});
