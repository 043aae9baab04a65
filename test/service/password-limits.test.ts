/** How often passwords may be tried, on both databases: per account, where pauses grow into a lock, and per client over all accounts. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import { appKey, logInThroughApp, newNetwork, refused, tally, verdict, waitOf, wrong } from '../support/network-logins.ts';
import { type Answer, type Client, databaseKinds, startTestService, type TestService } from '../support/service.ts';

const hour = 3600;

let people = 0;

/** An answer without the parts that differ between sessions and moments. */
function shapeOf({ status, headers, body }: Answer): unknown {
  const changing = new Set(['date', 'x-request-id', 'location', 'content-length', 'keep-alive', 'connection', 'service-time']);
  const text = JSON.stringify(body)
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/"(sessionToken|reference)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  return { status, headers: [...headers].filter(([name]) => !changing.has(name)).sort(), text };
}

describe.each(databaseKinds)('wrong passwords on %s', (kind) => {
  let service: TestService;
  let client: Client;
  let email: string;
  let deviceToken: string;
  beforeAll(async () => {
    service = await startTestService(kind, { TRUSTED_PROXIES: '127.0.0.1', CLIENT_KEYS: `app:${appKey}`, POLICY: 'seed' });
    client = service.client;
    await client.freeze();
  });
  beforeEach(async () => {
    people += 1;
    email = `often-${people}@example.com`;
    ({ deviceToken } = await account(email));
    // The client's limit has recovered.
    await later(hour);
  });
  afterAll(() => service.remove());

  const account = async (address: string) =>
    (await client.post('/sandbox/accounts', { email: address, password, phone: freshNumber('mobile'), trustedDevice: true })).body;
  const later = (seconds: number) => client.clock({ advance: `PT${seconds}S` });
  /** The app's server logs in a person at the address. */
  const from = (address: string | null, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    logInThroughApp(client, address, { email, password: 'wrong', ...more }, headers);
  const tenWrong = async () => {
    for (let tried = 0; tried < 10; tried += 1) expect(verdict(await from(newNetwork()))).toBe(wrong);
  };

  describe('of one account', () => {
    test('are ten from anywhere; then pauses double from a minute to an hour, each exact to the second', async () => {
      await tenWrong();
      for (const pause of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
        const answer = await from(newNetwork(), { password });
        expect([verdict(answer), waitOf(answer)]).toEqual([refused, pause]);
        await later(pause - 1);
        const last = await from(newNetwork(), { password });
        expect([verdict(last), waitOf(last)]).toEqual([refused, 1]);
        await later(1);
        expect(verdict(await from(newNetwork()))).toBe(wrong);
      }
    });

    test('are ten when 300 come from 30 networks; the right one is not checked, and refused like the others', async () => {
      const addresses = Array.from({ length: 30 }, newNetwork);
      const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => from(addresses[n % 30] ?? null, { password: `guess ${n}` })));
      expect(tally(answers)).toEqual({ [wrong]: 10, [refused]: 290 });
      const [right, stillWrong] = [await from(newNetwork(), { password }), await from(newNetwork())];
      expect(verdict(right)).toBe(refused);
      expect(shapeOf(right)).toEqual(shapeOf(stillWrong));
    });

    test('are a hundred, over days, however slow the guesser; then the account is locked', async () => {
      let [looked, begun] = [0, await later(0)];
      for (let tried = 0; tried < 300; tried += 1) {
        const answer = await from(newNetwork());
        if (answer.body.session?.outcome === 'denied') await later(0);
        if (verdict(answer) === wrong) looked += 1;
        else if (waitOf(answer) > hour) break;
        else await later(waitOf(answer));
      }
      expect(looked).toBe(100);
      expect(((await later(0)) - begun) / 1000 / hour).toBeCloseTo(84 + 63 / 60, 5);
      const locked = await from(newNetwork(), { password });
      expect([verdict(locked), waitOf(locked)]).toEqual([refused, 30 * 24 * hour]);
      await later(30 * 24 * hour - 1);
      // The password is not checked, and the owner gets another mail.
      expect(verdict(await from(newNetwork(), { password }))).toBe(wrong);
      await later(0);
      expect(verdict(await from(newNetwork(), { password }))).toBe(refused);
      begun = await later(1);
      expect(verdict(await from(newNetwork(), { password }))).toBe('codeActive.cooldown');
    }, 300_000);

    test('count for an address without an account as for one with an account, answer by answer', async () => {
      const nobody = `nobody-${people}@example.com`;
      for (let tried = 0; tried < 14; tried += 1) {
        const address = newNetwork();
        const [known, unknown] = [await from(address), await from(address, { email: nobody })];
        expect(shapeOf(unknown)).toEqual(shapeOf(known));
        if (known.status === 429) await later(waitOf(known));
      }
    });

    test('are counted in submit-credentials too, each once however often the request is repeated', async () => {
      const address = newNetwork();
      const { body: started } = await from(address);
      const path = `/v1/login-verifications/${started.session.id}/submit-credentials`;
      const submit = (guess: string, name: string) =>
        client.post(
          path,
          { email, password: guess },
          { token: started.sessionToken, headers: { 'x-client-key': appKey, 'x-forwarded-for': newNetwork(), 'idempotency-key': name } },
        );
      for (let again = 0; again < 20; again += 1) expect(verdict(await submit('one guess', 'one'))).toBe(wrong);
      for (let guess = 0; guess < 2; guess += 1) expect(verdict(await submit(`guess ${guess}`, `${guess}`))).toBe(wrong);
      for (let tried = 0; tried < 6; tried += 1) expect(verdict(await from(newNetwork()))).toBe(wrong);
      expect(verdict(await from(newNetwork()))).toBe(refused);
      expect(verdict(await submit('another', 'another'))).toBe(refused);
    });

    test('are counted once for a repeated start, also at the same moment', async () => {
      const address = newNetwork();
      const start = (name: string) => from(address, {}, { 'idempotency-key': name.padEnd(22, '-') });
      for (let n = 0; n < 9; n += 1)
        expect(tally(await Promise.all([start(`a${n}`), start(`a${n}`), start(`a${n}`)]))).toEqual({ [wrong]: 3 });
      expect(verdict(await start('b'))).toBe(wrong);
      expect(verdict(await start('c'))).toBe(refused);
    });

    test('do not include right ones; a right one refunds no other', async () => {
      for (let tried = 0; tried < 9; tried += 1) await from(newNetwork());
      for (let login = 0; login < 8; login += 1) expect((await from('192.0.2.1', { password })).status).toBe(201);
      expect(verdict(await from(newNetwork()))).toBe(wrong);
      expect(verdict(await from(newNetwork()))).toBe(refused);
    });

    test('bring no pause while right ones are being checked', async () => {
      for (let tried = 0; tried < 9; tried += 1) await from(newNetwork());
      expect(verdict(await from('192.0.2.1', { password }))).toBe('codeActive.cooldown');
      expect(verdict(await from(newNetwork()))).toBe(wrong);
      await later(60);
      // The right password that ends a pause brings none.
      expect(verdict(await from('192.0.2.1', { password }))).toBe('codeActive.cooldown');
      const next = await from(newNetwork());
      expect(verdict(next)).toBe(wrong);
      expect(waitOf(await from(newNetwork()))).toBe(120);
    });

    test('are not fewer for a caller who knows the password of another account', async () => {
      await account(`own-${email}`);
      const address = newNetwork();
      for (let tried = 0; tried < 10; tried += 1) {
        expect(verdict(await from(address))).toBe(wrong);
        expect((await from(address, { email: `own-${email}`, password })).status).toBe(201);
      }
      expect(verdict(await from(address))).toBe(refused);
    });
  });

  describe('of strangers', () => {
    test('do not lock out the owner on a trusted device, which has its own count', async () => {
      await tenWrong();
      expect(verdict(await from(newNetwork(), { password, deviceToken }))).toBe('authenticated');
      for (let guess = 0; guess < 10; guess += 1) expect(verdict(await from(newNetwork(), { deviceToken }))).toBe(wrong);
      const answer = await from(newNetwork(), { deviceToken, password });
      expect([verdict(answer), waitOf(answer)]).toEqual([refused, 60]);
      await later(60);
      expect(verdict(await from(newNetwork(), { deviceToken, password }))).toBe('authenticated');
    });
  });
});
