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
      { change: { kind: 'phone', phone: 'tel:+٣٣٦١٢٣٤٥٦٨١' } },
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

  test.each([
    ['a line break', 'pasted-1@example.com\r\n'],
    ['a tab and a no-break space', '\tpasted-2@example.com\u00A0'],
    ['marks of direction', '\u202Apasted-3@example.com\u202C'],
    ['a zero-width space and a byte order mark', '\u200Bpasted-4@example.com\uFEFF'],
    ['an ideographic space', '\u3000pasted-5@example.com\u3000'],
    ['the scheme of a link', ' MailTo:pasted-6@example.com'],
  ])('an address with %s around it is read as meant', async (_, email) => {
    const address = /pasted-\d@example.com/.exec(email)?.[0] ?? '';
    const started = await client.post('/v1/email-verifications', { email });
    expect([started.status, (await client.messages(address)).length]).toEqual([201, 1]);
    const moved = await client.verify(`first-${address}`);
    expect((await moved.send('change-email', { email })).status).toBe(200);
  });

  test.each([
    'ja\u200Bne@example.com',
    'jane@exam\u00ADple.com',
    'jane\n@example.com',
    'jane@example.com?subject=x',
    'mailto:mailto:j@example.com',
  ])('an address stays refused with such characters inside: %j', async (email) => {
    const refused = await client.post('/v1/email-verifications', { email });
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, '/email']);
  });

  test('a copied link of a number is the number, and an extension is refused', async () => {
    for (const phone of ['tel:+33612345682', 'TEL: +33 6 12 34 56 82\n']) {
      const session = await client.start('phone-verifications', { phone });
      expect(session.created.data.phone).toBe('+33*******82');
      await session.send('cancel');
    }
    for (const phone of ['tel:+33612345682;ext=5', '+33 6 12 34 56 82 ext. 5']) {
      const refused = await client.post('/v1/phone-verifications', { phone });
      expect([refused.status, refused.body.errors]).toEqual([422, [{ path: '/phone', message: 'Not a telephone number' }]]);
    }
  });

  test('names keep the joiners of their script and of their emoji', async () => {
    const names = ['گوشی‌های من', 'क्‍ष', '👩🏽‍💻 ❤️‍🔥', 'a b'];
    for (const [index, name] of ['گوشی‌های من', 'क्‍ष', '👩🏽‍💻 ❤️‍🔥', 'a\u200D\u202E\u00A0b'].entries()) {
      await client.verify(`named-${index}@example.com`, { device: { name } });
      const [{ text, html }] = await client.messages(`named-${index}@example.com`);
      expect([text, html]).toEqual([expect.stringContaining(`: ${names[index]}\n`), expect.stringContaining(`>${names[index]}<`)]);
    }
  });

  test('JSON is read as UTF-8, and refused in another encoding instead of losing letters', async () => {
    const send = async (bytes: Buffer, type = 'application/json') => {
      const answer = await fetch(`${client.url}/v1/email-verifications`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: bytes,
      });
      return [answer.status, JSON.parse(await answer.text()).errors?.[0]];
    };
    const body = (name: string) => JSON.stringify({ email: 'jose@example.com', device: { name } });
    expect(await send(Buffer.from(`\uFEFF${body('José')}`), 'Application/JSON; Charset="UTF-8"')).toEqual([201, undefined]);
    const notUtf8 = [400, { path: '', message: 'Not UTF-8' }];
    expect(await send(Buffer.from(body('José'), 'latin1'), 'application/json; charset=iso-8859-1')).toEqual(notUtf8);
    // Half of a surrogate pair in the three bytes that UTF-8 forbids.
    expect(await send(Buffer.from(body('x\xED\xA0\x80'), 'latin1'))).toEqual(notUtf8);
    expect(await client.messages('jose@example.com')).toHaveLength(1);
  });

  test('a text in a wrong form is answered with an example, not with an expression', async () => {
    const session = await client.verify('example@example.com');
    const wrong = await session.submit('12345x');
    expect(wrong.body.errors).toEqual([{ path: '/code', message: 'Not in the expected form, such as 042137' }]);
    const refused = await client.post('/v1/email-verifications', { email: 'jane\u0007@example.com', locale: '<b>' });
    expect(refused.body.errors.map(({ message }: { message: string }) => message)).toEqual([
      'Not in the expected form, such as jane@example.com',
      'Not in the expected form, such as en-GB',
    ]);
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
