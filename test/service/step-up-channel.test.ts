/** Changes of an account with a mail server configured, and no provider of text messages or calls. */
import { expect, onTestFinished, test } from 'vitest';
import { startMailServer } from '../delivery/mail-server.ts';
import { quickDatabase, startTestService } from '../support/service.ts';

const key = 'a-key-of-the-support-desk-1';
const password = 'a quiet evening in Porto';
const email = 'ada@example.com';

/** An account whose owner has logged in with a mailed code. */
async function loggedIn(phone: object) {
  const { url, received } = await startMailServer();
  const settings = { SANDBOX: 'false', SMTP_URL: url, MAIL_FROM: 'no-reply@mail.example.com', ADMIN_KEYS: `desk:${key}` };
  const service = await startTestService(quickDatabase, settings);
  onTestFinished(() => service.remove());
  const { client } = service;
  const made = await client.post('/admin/accounts', { email, password, emailVerified: true, ...phone }, { token: key });
  expect(made.status).toBe(201);
  const session = await client.start('login-verifications', { email, password });
  expect(session.created.data.channel).toBe('email');
  const code = /\b\d{6}\b/.exec(received[0]?.mail.text ?? '')?.[0] ?? expect.fail('No code came');
  const { body } = await session.submit(code);
  expect(body.outcome).toBe('authenticated');
  const token: string = body.accessToken ?? body.result.token;
  return { received, change: (change: object, more: object = {}) => client.post('/v1/account-changes', { change, ...more }, { token }) };
}

const changes = [
  { kind: 'password', password: 'a long night in Coimbra' },
  { kind: 'email', email: 'elsewhere@example.com' },
];

test('the owner of an account with a telephone is told that it is unavailable, and gets no mail instead', async () => {
  const { received, change } = await loggedIn({ phone: '+33612345678', phoneVerified: true });
  const before = received.length;
  for (const each of changes)
    for (const channel of [{}, { channel: 'sms' }, { channel: 'voice' }]) {
      const { status, body } = await change(each, channel);
      expect([status, body.code]).toEqual([503, 'unavailable']);
    }
  expect(received).toHaveLength(before);
});

test('the owner of an account without one confirms the change by mail', async () => {
  const { received, change } = await loggedIn({});
  const before = received.length;
  const { status, body } = await change({ kind: 'password', password: 'a long night in Coimbra' });
  expect([status, body.data.channel]).toEqual([201, 'email']);
  expect(received).toHaveLength(before + 1);
});
