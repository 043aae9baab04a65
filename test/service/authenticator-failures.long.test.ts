/** Wrong codes in a row after a right password: at most 100 at one telephone or address, however the guesser alternates. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import {
  adminKey,
  asking,
  day,
  enter,
  freely,
  freshPerson,
  minute,
  network,
  type Person,
  type Served,
  serve,
  sessionOf,
  verdict,
} from '../support/guesser.ts';
import { type Client, otherThan } from '../support/service.ts';

const channels = ['sms', 'voice', 'email'] as const;
type Channel = (typeof channels)[number];

async function begin(served: Served, { email }: Person, channel: Channel) {
  const headers = asking(network(1));
  const answer = await served.process(0).post('/v1/login-verifications', { email, password, channel }, { headers });
  return answer.status === 201 ? sessionOf(served.process(0), answer) : null;
}

/** Enters wrong codes in one session over a channel. @returns the number of compared codes, and the limit that refused the next */
async function guess(served: Served, victim: Person, channel: Channel): Promise<{ compared: number; limit: string | null }> {
  const session = await begin(served, victim, channel);
  if (session === null) return { compared: 0, limit: 'start' };
  const wrong = otherThan(await served.process(0).codeFor(channel === 'email' ? victim.email : victim.phone));
  for (let compared = 0; ; compared += 1) {
    const answer = await enter(session, wrong);
    if (verdict(answer) !== '422 wrong-code') return { compared, limit: answer.body.limit ?? null };
  }
}

/** Enters wrong codes over the channels in turn, for weeks. */
async function alternate(served: Served, victim: Person, turns: readonly Channel[], days: number) {
  const compared = { sms: 0, voice: 0, email: 0 };
  const limits = new Set<string>();
  for (let n = 0; n < days; n += 1) {
    for (let round = 0; round < 12; round += 1) {
      const channel = turns[(n + round) % turns.length] ?? 'sms';
      const { compared: more, limit } = await guess(served, victim, channel);
      compared[channel] += more;
      if (limit !== null) limits.add(limit);
      await served.later(16 * minute);
    }
    await served.later(day);
  }
  return { compared, limits: [...limits].sort() };
}

describe.each([
  { policy: 'strict', figures: 'strict', days: 40 },
  { policy: 'the default, without the count of a month', figures: { ...freely, wrongCodesPerAccount: 100_000 }, days: 6 },
])('with $policy', ({ figures, days }) => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve('PGlite', figures);
    client = served.process(0);
  });
  afterAll(() => served.remove());

  test('alternating channels gives a guesser 100 wrong codes at a telephone, texts and calls together', { timeout: 240_000 }, async () => {
    const victim = await freshPerson(client);
    const { compared, limits } = await alternate(served, victim, channels, days);
    expect([compared.sms + compared.voice, compared.email]).toEqual([100, 100]);
    expect(Math.min(...Object.values(compared))).toBeGreaterThan(0);
    expect(limits).toContain('account-channel-closed');
    await served.later(200 * day);
    for (const channel of channels) expect(await guess(served, victim, channel)).toEqual({ compared: 0, limit: 'account-channel-closed' });

    const open = (id: string, token = adminKey) => client.call('POST', `/admin/accounts/${id}/open-codes`, { token });
    expect((await open(victim.id, 'not-a-key-of-the-support-desk')).status).toBe(401);
    expect((await open('01890000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await open(victim.id)).status).toBe(204);
    expect((await client.call('GET', `/admin/accounts/${victim.id}`, { token: adminKey })).body.closedChannels).toEqual([]);
    expect((await client.call('GET', '/admin/audit', { token: adminKey })).body.entries).toContainEqual(
      expect.objectContaining({ action: 'POST /admin/accounts/:id/open-codes', accountId: victim.id, status: 204 }),
    );
    const owner = await begin(served, victim, 'voice');
    expect(owner && verdict(await enter(owner, await client.codeFor(victim.phone)))).toBe('authenticated');
  });
});

describe('one of two authenticators', () => {
  let served: Served;
  let client: Client;
  beforeAll(async () => {
    served = await serve('PGlite', { ...freely, wrongCodesPerAccount: 100_000 });
    client = served.process(0);
  });
  afterAll(() => served.remove());

  test('a closed telephone opens for an owner who proves the address', { timeout: 240_000 }, async () => {
    const victim = await freshPerson(client);
    const { compared } = await alternate(served, victim, ['sms', 'voice'], 4);
    expect(compared.sms + compared.voice).toBe(100);
    const closed = { compared: 0, limit: 'account-channel-closed' };
    expect([await guess(served, victim, 'sms'), await guess(served, victim, 'voice')]).toEqual([closed, closed]);
    await served.later(day);
    const owner = await begin(served, victim, 'email');
    expect(owner && verdict(await enter(owner, await client.codeFor(victim.email)))).toBe('authenticated');
    const again = await begin(served, victim, 'sms');
    expect(again && verdict(await enter(again, await client.codeFor(victim.phone)))).toBe('authenticated');
  });

  test('a correct code at the address does not reset the count of the telephone', { timeout: 240_000 }, async () => {
    const victim = await freshPerson(client);
    let compared = 0;
    for (let n = 0; compared < 100 && n < 30; n += 1) {
      compared += (await guess(served, victim, n % 2 === 0 ? 'sms' : 'voice')).compared;
      await served.later(16 * minute);
      if (compared >= 100) break;
      const owner = await begin(served, victim, 'email');
      expect(owner && verdict(await enter(owner, await client.codeFor(victim.email)))).toBe('authenticated');
    }
    expect(compared).toBe(100);
    expect(await guess(served, victim, 'voice')).toEqual({ compared: 0, limit: 'account-channel-closed' });
  });
});
