/** Texts as people and devices send them: every route reads codes and numbers as meant, and counts lengths in code points. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, otherThan, quickDatabase, startTestService, type TestService } from '../support/service.ts';

const arabic = (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
const grouped = (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`;

describe('texts that people type', () => {
  let service: TestService;
  let client: Client;
  beforeAll(async () => {
    service = await startTestService(quickDatabase);
    client = service.client;
  });
  afterAll(() => service.remove());

  test.each([
    ['in two groups', grouped],
    ['with a hyphen', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ['with a line break', (code: string) => `${code}\r\n`],
    ['with invisible characters', (code: string) => `\uFEFF${code.slice(0, 2)}\u200B\u00AD\u2060${code.slice(2)}\u3000`],
    ['in Arabic digits', arabic],
    ['in full-width digits', (code: string) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))],
  ])('a code %s verifies', async (name, typed) => {
    const email = `${name.replaceAll(' ', '-')}@example.com`.toLowerCase();
    const session = await client.verify(email);
    const wrong = await session.submit(typed(otherThan(await client.codeFor(email))));
    expect([wrong.status, wrong.body.code, wrong.body.attemptsLeft]).toEqual([422, 'wrong-code', 4]);
    const right = await session.submit(typed(await client.codeFor(email)));
    expect([right.status, right.body.outcome]).toEqual([200, 'verified']);
  });

  test('a repeated code in another form is the same request', async () => {
    const session = await client.verify('again@example.com');
    const code = await client.codeFor('again@example.com');
    const key = { 'idempotency-key': 'k'.repeat(30) };
    const first = await session.send('submit-code', { code: grouped(code) }, key);
    const second = await session.send('submit-code', { code: arabic(code) }, key);
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
  });

  test('a number starts a verification in whatever digits and separators', async () => {
    for (const phone of ['＋３３\u30006 12\n34 56 78', '\u202A+33 6 12 34 56 78\u202C', '+٣٣٦١٢٣٤٥٦٧٨']) {
      const session = await client.start('phone-verifications', { phone });
      expect(session.created.data.phone).toBe('+33*******78');
      await session.send('cancel');
    }
    const national = await client.start('phone-verifications', { phone: '۰۶ ۱۲ ۳۴ ۵۶ ۷۹', country: 'FR' });
    const code = await client.codeFor('+33612345679');
    expect((await national.submit(arabic(code))).body.outcome).toBe('verified');
    expect(await client.messages('＋３３ ６１２３４５６７９')).toHaveLength(1);
  });

  test('an account of the sandbox logs in with a grouped code', async () => {
    const password = 'a quiet evening in Porto';
    await client.post('/sandbox/accounts', { email: 'login@example.com', password, phone: '+33 ٦١٢ ٣٤ ٥٦ ٨٠' });
    const login = await client.start('login-verifications', { email: 'login@example.com', password });
    expect((await login.submit(grouped(await client.codeFor('+33612345680')))).body.outcome).toBe('authenticated');
    const change = await client.post(
      '/v1/account-changes',
      { change: { kind: 'phone', phone: '+٣٣٦١٢٣٤٥٦٨١' } },
      { token: (await login.read()).accessToken },
    );
    expect(change.status).toBe(201);
    const confirmed = await client.post(
      `/v1/account-changes/${change.body.id}/submit-code`,
      { code: arabic(await client.codeFor('+33612345680')) },
      { token: change.body.sessionToken },
    );
    expect(confirmed.body.child?.workflow).toBe('phone-verification');
  });

  test('lengths count code points', async () => {
    const named = (count: number) =>
      client.post('/v1/email-verifications', { email: 'long@example.com', device: { name: '😀'.repeat(count) } });
    expect((await named(60)).status).toBe(201);
    const refused = await named(61);
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ path: '/device/name', message: 'Expected string length less or equal to 60' }],
    ]);
    const empty = await client.post('/v1/email-verifications', { email: 'long@example.com', device: { name: '' } });
    expect(empty.body.errors).toEqual([{ path: '/device/name', message: 'Expected string length greater or equal to 1' }]);
    const withPassword = (count: number) => client.post('/sandbox/accounts', { email: 'emoji@example.com', password: '🌍'.repeat(count) });
    expect((await withPassword(512)).body.code).toBe('weak-password');
    expect((await withPassword(513)).body.code).toBe('invalid-request');
  });
});
