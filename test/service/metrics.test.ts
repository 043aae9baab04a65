/** The metrics of a running service, and the page that explains them to operators. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Metrics } from '../../src/http/monitoring/metrics.ts';
import { type CodeReceiver, startCodeReceiver } from '../support/code-receiver.ts';
import { otherThan, startTestService, type TestService } from '../support/service.ts';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

/** Metrics of the process itself, by prom-client. */
const ofNode = /^(process|nodejs)_/;

interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const present = {
  waiting: () => 0,
  tasks: () => 0,
  streams: () => 0,
  clockErrorMs: () => 0,
  connections: () => [{ pool: 'sessions', busy: 0, idle: 0, waiting: 0 }],
};

/** The metrics of a service after every kind of counted event. */
async function exposed(): Promise<{ own: Metric[]; others: string[] }> {
  const metrics = new Metrics(present);
  metrics.committed({ workflow: 'w', event: 'e', to: 's', refusal: null });
  metrics.committed({ workflow: 'w', event: 'suspend', to: 's', refusal: null });
  metrics.attempted({ task: 't', outcome: 'done' });
  metrics.conflicted();
  metrics.woken(1);
  metrics.woken(null);
  metrics.providerChanged('email', 'smtp', 'open');
  metrics.sending('email', 'smtp')('accepted');
  metrics.stranded({ workflow: 'w', version: 1, sessions: 1 });
  metrics.failed('unavailable', 'database');
  metrics.answered('GET', '/', 200, 1);
  const text = await metrics.text();
  const all = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => {
    const [, labels = ''] = new RegExp(`^${name}(?:_count)?\\{(.*)\\} `, 'm').exec(text) ?? [];
    return { name, type, labels: [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label) };
  });
  return { own: all.filter(({ name }) => !ofNode.test(name)), others: all.flatMap(({ name }) => (ofNode.test(name) ? [name] : [])) };
}

test('simultaneous readers share one text, which is made after they asked', async () => {
  let made = 0;
  const waiting = () => {
    made += 1;
    return 0;
  };
  const metrics = new Metrics({ ...present, waiting });
  const asked = Array.from({ length: 60 }, () => metrics.text());
  metrics.failed('unavailable', 'database');
  const texts = await Promise.all(asked);
  expect([made, new Set(texts).size]).toEqual([1, 1]);
  expect(texts[0]).toContain('verification_problems_total{code="unavailable",reason="database"} 1');
  await metrics.text();
  expect(made).toBe(2);
});

describe('the page for operators', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|/gm)];
  const listed = rows.map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  }));

  test('lists every metric of the service, with its type and its labels, and no other', async () => {
    expect(listed).toEqual((await exposed()).own);
  });

  test('names the metrics of every Node.js process', async () => {
    const { others } = await exposed();
    expect(others.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const named = [...page.matchAll(/`((?:process|nodejs)_\w+)`/g)].map(([, name]) => name);
    // Other systems report less about a process.
    if (process.platform === 'linux') expect(named.filter((name) => !others.includes(name ?? ''))).toEqual([]);
  });
});

describe('a service', () => {
  let receiver: CodeReceiver;
  let service: TestService;
  beforeAll(async () => {
    receiver = await startCodeReceiver();
    service = await startTestService('PostgreSQL', { ...receiver.settings, SANDBOX: 'true', CLIENT_KEYS: '' });
  });
  afterAll(async () => {
    await service.remove();
    await receiver.stop();
  });

  /** The value of a series; null if it does not exist. */
  async function figure(series: string): Promise<number | null> {
    const { body } = await service.client.get('/metrics');
    const line = String(body)
      .split('\n')
      .find((text) => text.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length));
  }

  test('counts the results of its providers, the problems it answers, and how late it wakes sessions', async () => {
    const { client } = service;
    await client.freeze();
    const session = await client.verify('counted@example.com');
    expect(await figure('verification_delivery_duration_seconds_count{channel="email",provider="webhook",outcome="accepted"}')).toBe(1);
    const { body } = await session.submit(otherThan(await receiver.codeFor('counted@example.com')));
    expect([body.code, await figure('verification_problems_total{code="wrong-code",reason=""}')]).toEqual(['wrong-code', 1]);
    await client.clock({ advance: 'PT91S' });
    expect(await figure('verification_wake_delay_seconds_count')).toBe(1);
  });

  test('counts refusals by the limit that refused', async () => {
    const { client } = service;
    const ask = (phone: string) => client.post('/v1/phone-verifications', { phone });
    for (let starts = 0; starts < 5; starts += 1) await ask('+33612345678');
    for (let index = 0; index < 20; index += 1) await ask(`+3361299${String(1000 + index)}`);
    await ask('+33612991999');
    for (const [reason, count] of [
      ['destination', 2],
      ['number-range', 1],
    ] as const)
      expect(await figure(`verification_problems_total{code="rate-limited",reason="${reason}"}`)).toBe(count);
  });

  test('shows an open circuit of a provider', async () => {
    const { client } = service;
    receiver.answerWith((response) => response.writeHead(503).end());
    // Each attempt fails, the last ones without a request to the provider.
    for (let failures = 0; failures < 5; failures += 1) await client.verify(`aside${failures}@example.com`);
    const setAside = () => figure('verification_providers_set_aside{channel="email",provider="webhook"}');
    expect(await setAside()).toBe(1);
    receiver.answerWith((response) => response.writeHead(204).end());
  });

  test('shows its streams and its connections', async () => {
    const session = await service.client.verify('watched@example.com');
    const stop = new AbortController();
    const streams = () => figure('verification_open_streams');
    const before = await streams();
    const stream = await fetch(`${service.client.url}${session.path}/stream`, {
      headers: { authorization: `Bearer ${session.token}` },
      signal: stop.signal,
    });
    expect([before, stream.status, await streams()]).toEqual([0, 200, 1]);
    stop.abort();
    await vi.waitFor(async () => expect(await streams()).toBe(0), { timeout: 10_000, interval: 50 });
    for (const pool of ['sessions', 'budgets']) {
      const [busy, idle] = await Promise.all(
        ['busy', 'idle'].map((state) => figure(`verification_database_connections{pool="${pool}",state="${state}"}`)),
      );
      expect((busy ?? 0) + (idle ?? 0)).toBeGreaterThan(0);
      expect(await figure(`verification_database_waiting{pool="${pool}"}`)).toBe(0);
    }
  });
});
