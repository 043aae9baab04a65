/** A report about the mail that a decoy sends instead of a code: the session shows the failure like any other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { signedReport, startWebhook, type WebhookServer, webhookSecret } from '../delivery/webhook-server.ts';
import { type Client, type Json, quickDatabase, startTestService, type TestService } from '../support/service.ts';
import { SetUp } from '../support/set-up.ts';

const publicUrl = 'https://verify.acme.example';

let webhook: WebhookServer;
let service: TestService;
let client: Client;
beforeAll(async () => {
  webhook = await startWebhook();
  service = await startTestService(quickDatabase, { PUBLIC_URL: publicUrl, WEBHOOK_URL: webhook.url, WEBHOOK_SECRET: webhookSecret });
  client = service.client;
});
afterAll(async () => {
  await service.remove();
  await webhook.stop();
});

const sentTo = (email: string): Json[] =>
  webhook.requests.map(({ body }) => JSON.parse(body)).filter(({ data }: Json) => data.to === email);

/** Reports that the newest message to an address did not arrive. @returns the answer of the service */
async function reportUndelivered(email: string): Promise<number> {
  const { reportTo } = sentTo(email).at(-1).data;
  const { headers, body } = signedReport({ type: 'code.report', data: { status: 'undelivered', reportTo } }, Date.now());
  const answer = await fetch(String(reportTo).replace(publicUrl, client.url), { method: 'POST', headers, body });
  return answer.status;
}

test('a set-up at the address of an account shows, like every other, that its mail did not arrive', async () => {
  const [taken, free] = ['reported-taken@example.com', 'reported-free@example.com'];
  await client.post('/sandbox/accounts', { email: taken, password });
  const seen: unknown[][] = [];
  for (const email of [taken, free]) {
    const child = await (await SetUp.start(client, email)).child();
    expect(await reportUndelivered(email)).toBe(204);
    const failed = await child.read();
    await child.send('resend-code');
    const { state, revision } = await child.read();
    const { pathname } = new URL(sentTo(email).at(-1).data.reportTo);
    const [, , , , codeNumber, sendNumber, ...unguessable] = pathname.split('/');
    const history = (await child.history()).map(({ event, to }) => [event, to]);
    seen.push([failed.state, failed.data.deliveryFailure, state, revision, codeNumber, sendNumber, unguessable.length, history]);
  }
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.slice(0, 7)).toEqual(['codeActive.deliveryFailed', 'undelivered', 'codeActive.cooldown', 5, '1', '2', 1]);
  expect(sentTo(taken).map(({ type, data }) => [type, data.notice, data.code])).toEqual([
    ['notice.send', 'account-exists', undefined],
    ['notice.send', 'account-exists', undefined],
  ]);
});
