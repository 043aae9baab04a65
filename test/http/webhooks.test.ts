/** The requests that a service sends, as its OpenAPI document describes them. A service that sends none describes none. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { builtInModules, createService, type Service } from 'verification-workflows';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebhook, type WebhookServer, webhookSecret } from '../delivery/webhook-server.ts';
import { modules as reservations } from '../service/seat-reservation.ts';
import { Backend, backendSecret } from '../support/backend.ts';
import { expenses } from '../support/expense.ts';
import { Client, quickDatabase, type TestDatabase, testDatabase } from '../support/service.ts';

let backend: Backend;
let receiver: WebhookServer;
let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  [backend, receiver, database] = await Promise.all([Backend.listen(), startWebhook(), testDatabase(quickDatabase)]);
  const config = {
    ...database.environment,
    SANDBOX: 'true',
    WEBHOOK_URL: receiver.url,
    WEBHOOK_SECRET: webhookSecret,
    THEATRE_URL: backend.url,
    THEATRE_SECRET: backendSecret,
  };
  service = await createService({ modules: [...builtInModules(), ...reservations, expenses], config });
  client = new Client((await service.listen()).url);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await receiver.stop();
  backend.close();
  await database.remove();
});

/** The names of described requests whose schema a body fits. */
async function described(body: unknown): Promise<string[]> {
  const { webhooks, components } = (await client.get('/openapi.json')).body;
  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, uri: true, 'date-time': true } });
  ajv.addSchema({ $id: 'document', components });
  return Object.keys(webhooks).filter((name) => {
    const { $ref } = webhooks[name].post.requestBody.content['application/json'].schema;
    return ajv.validate({ $ref: `document${$ref}` }, body);
  });
}

const bodies = (): { type: string }[] => receiver.requests.map(({ body }) => JSON.parse(body));

test('each request to the webhook and to a backend fits its description, and no other', async () => {
  await client.start('email-verifications', { email: 'jane@example.com' });
  const approvers = { firstApprover: 'ann@example.com', secondApprover: 'bob@example.com' };
  await client.start('expenses', { requester: 'jane@example.com', ...approvers, expenseReason: 'Chairs' });
  await client.start('seat-reservations', { guestName: 'Jane' });
  await expect.poll(() => [bodies().length, backend.asked.length]).toEqual([3, 1]);
  for (const body of bodies()) expect(await described(body)).toEqual([body.type]);
  expect(bodies().map(({ type }) => type)).toEqual(expect.arrayContaining(['code.send', 'notice.send']));
  const [asked] = backend.asked;
  expect(await described({ type: 'task.requested', timestamp: '2026-01-01T12:00:00.000Z', data: asked })).toEqual(['task.requested']);
});

test('a report goes to the address in the message', async () => {
  const { webhooks } = (await client.get('/openapi.json')).body;
  expect(Object.keys(webhooks['code.send'].post.callbacks.report)).toEqual(['{$request.body#/data/reportTo}']);
});

test('a service without a webhook and without backends describes no request', async () => {
  const config = { ...database.environment, SANDBOX: 'true', LOG_LEVEL: 'silent', PUBLIC_URL: 'https://verify.example' };
  const quiet = await createService({ modules: builtInModules(), config });
  const document: unknown = await (await quiet.fetch(new Request('https://verify.example/openapi.json'))).json();
  await quiet.stop();
  expect(document).not.toHaveProperty('webhooks');
});
