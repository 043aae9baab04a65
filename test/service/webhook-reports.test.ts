/** Reports of a webhook's receiver change only the session whose message they are about. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWebhook, type WebhookServer, webhookSecret } from '../delivery/webhook-server.ts';
import { type Client, databaseKinds, startTestService, type TestService, type TestSession } from '../support/service.ts';

const publicUrl = 'https://verify.acme.example/base';

interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let reports = 0;

/** A signed report, each under its own id, as Standard Webhooks requires. */
function signed(data: unknown = { status: 'undelivered' }): Signed {
  reports += 1;
  const id = `report_${reports}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const body = JSON.stringify({ type: 'code.report', data });
  const key = Buffer.from(webhookSecret.slice('whsec_'.length), 'base64');
  const signature = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    body,
  };
}

describe.each(databaseKinds)('on %s', (kind) => {
  let webhook: WebhookServer;
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    webhook = await startWebhook();
    service = await startTestService(kind, { WEBHOOK_URL: webhook.url, WEBHOOK_SECRET: webhookSecret, PUBLIC_URL: publicUrl });
    client = service.client;
  });
  afterAll(() => Promise.all([service.remove(), webhook.stop()]));

  let people = 0;

  /** A session whose code is on its way, and the address for reports about it. */
  async function sent(): Promise<{ session: TestSession; reportTo: string }> {
    people += 1;
    const session = await client.verify(`reported-${people}@example.com`);
    const { data } = JSON.parse(webhook.requests.at(-1)?.body ?? '');
    expect([data.sessionId, session.created.state]).toEqual([session.id, 'codeActive.cooldown']);
    return { session, reportTo: data.reportTo };
  }

  async function post(address: string, { headers, body }: Signed): Promise<number> {
    expect(address.startsWith(`${publicUrl}/callbacks/`)).toBe(true);
    return (await fetch(client.url + address.slice(publicUrl.length), { method: 'POST', headers, body })).status;
  }

  const stateOf = async ({ session }: { session: TestSession }) => (await session.read()).state;

  test('a report moves its session to deliveryFailed, as often as it is posted', async () => {
    const one = await sent();
    const report = signed();
    for (let time = 0; time < 3; time += 1) expect(await post(one.reportTo, report)).toBe(204);
    expect(await one.session.read()).toMatchObject({ state: 'codeActive.deliveryFailed', data: { deliveryFailure: 'undelivered' } });
  });

  test('an address may have its id in capitals', async () => {
    const one = await sent();
    expect(await post(one.reportTo.replace(one.session.id, one.session.id.toUpperCase()), signed())).toBe(204);
    expect(await stateOf(one)).toBe('codeActive.deliveryFailed');
  });

  test('a report that was posted to one address is refused at another', async () => {
    const [one, other] = [await sent(), await sent()];
    const report = signed();
    expect([await post(one.reportTo, report), await post(other.reportTo, report)]).toEqual([204, 401]);
    // The header may hold several signatures: in another order, the report is the same.
    const headers = { ...report.headers, 'webhook-signature': `v1,AAAA ${report.headers['webhook-signature']}` };
    expect(await post(other.reportTo, { ...report, headers })).toBe(401);
    expect([await stateOf(one), await stateOf(other)]).toEqual(['codeActive.deliveryFailed', 'codeActive.cooldown']);
  });

  test('a report that names its address or its session is refused at any other, even as the first one', async () => {
    const [one, other] = [await sent(), await sent()];
    const { reportTo } = one;
    for (const named of [
      { reportTo },
      { sessionId: one.session.id },
      { reportTo: null },
      { sessionId: 7 },
      { reportTo, sessionId: other.session.id },
    ])
      expect(await post(other.reportTo, signed({ status: 'undelivered', ...named }))).toBe(401);
    expect(await stateOf(other)).toBe('codeActive.cooldown');
    expect(await post(one.reportTo, signed({ status: 'undelivered', reportTo, sessionId: one.session.id }))).toBe(204);
    expect(await stateOf(one)).toBe('codeActive.deliveryFailed');
  });

  test('an address cannot be derived from the id of a session, or from another address', async () => {
    const [one, other] = [await sent(), await sent()];
    const addresses = [
      one.reportTo.replace(one.session.id, other.session.id),
      other.reportTo.replace(/\/[^/]+$/, ''),
      ...[...'ABCDEFGHwxyz'].map((end) => other.reportTo.replace(/.$/, end)).filter((address) => address !== other.reportTo),
      other.reportTo.replace('/1/1/', '/1/2/'),
      other.reportTo.replace('/1/1/', '/2/1/'),
    ];
    for (const address of addresses) expect([address, await post(address, signed())]).toEqual([address, 401]);
    expect(await stateOf(other)).toBe('codeActive.cooldown');
  });

  test('the address is useless without a signature', async () => {
    const one = await sent();
    expect(await post(one.reportTo, { headers: {}, body: signed().body })).toBe(401);
    expect(await stateOf(one)).toBe('codeActive.cooldown');
  });

  test('the next message has another address', async () => {
    const one = await sent();
    expect(await post(one.reportTo, signed())).toBe(204);
    await client.clock({ advance: 'PT2M' });
    await one.session.send('resend-code');
    const { data } = JSON.parse(webhook.requests.at(-1)?.body ?? '');
    expect([data.sessionId, data.reportTo === one.reportTo]).toEqual([one.session.id, false]);
    expect(await post(one.reportTo, signed())).toBe(204);
    expect(await stateOf(one)).not.toBe('codeActive.deliveryFailed');
    expect(await post(data.reportTo, signed())).toBe(204);
    expect(await stateOf(one)).toBe('codeActive.deliveryFailed');
  });
});
