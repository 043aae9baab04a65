/** An outage of the database: requests are refused in time, the process survives, and recovers by itself. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, otherThan, startTestService, type TestService, type TestSession } from '../support/service.ts';
import { startProxy, type TcpProxy } from '../support/tcp-proxy.ts';

describe('an unreachable database', () => {
  let service: TestService;
  let client: Client;
  let proxy: TcpProxy;
  let session: TestSession;
  const email = 'outage@example.com';

  beforeEach(async () => {
    service = await startTestService('PostgreSQL', {}, async (url) => {
      const target = new URL(url);
      proxy = await startProxy({ host: target.hostname, port: Number(target.port) });
      target.port = String(proxy.port);
      return target.href;
    });
    client = service.client;
    session = await client.verify(email);
  });
  afterEach(async () => {
    await service.remove();
    await proxy.close();
  });

  /** Polls until the service is ready again. */
  const recovered = async () => {
    while ((await client.get('/readyz')).status !== 200);
  };

  test.each(['cut', 'hang'] as const)(
    'because its connections %s answers 503 and comes back with all that was acknowledged',
    async (how) => {
      const code = await client.codeFor(email);
      expect((await session.submit(otherThan(code))).body.attemptsLeft).toBe(4);
      proxy[how]();
      const answers = await Promise.all([session.submit(code), client.get(session.path, session.token), client.get('/readyz')]);
      for (const { status, body, headers } of answers) {
        expect([status, body.code]).toEqual([503, 'unavailable']);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      }
      expect((await client.get('/healthz')).status).toBe(200);
      proxy.mend();
      await recovered();
      expect((await session.read()).data.attemptsLeft).toBe(4);
      expect((await session.submit(code)).body.outcome).toBe('verified');
    },
  );
});
