/** The service with a real mail server: it accepts the mail, refuses it, fails for a while, hangs, or hangs up. */
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test } from 'vitest';
import { attemptLimit } from '../../src/engine/task-limits.ts';
import { startMailServer, startSilentServer } from '../delivery/mail-server.ts';
import { type Client, startTestService } from '../support/service.ts';

const email = 'robin@example.com';

async function serviceWith(url: string): Promise<Client> {
  const service = await startTestService('PostgreSQL', { SMTP_URL: url, MAIL_FROM: 'no-reply@mail.example.com' });
  onTestFinished(() => service.remove());
  await service.client.freeze();
  return service.client;
}

interface Attempt {
  readonly messageId: string | undefined;
  readonly text: string;
}

type OnData = NonNullable<SMTPServerOptions['onData']>;

/** A mail server that records every message, and then answers as it is told. */
async function answering(answer: (attempt: number, done: Parameters<OnData>[2], hangUp: () => void) => void) {
  const attempts: Attempt[] = [];
  const server = await startMailServer({
    onData(stream, _, done) {
      void simpleParser(stream).then(({ messageId, text }) => {
        attempts.push({ messageId, text: text ?? '' });
        answer(attempts.length, done, () => server.drop());
      });
    },
  });
  return { url: server.url, attempts };
}

const refusal = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
const codeIn = ({ text }: Attempt) => /\b\d{6}\b/.exec(text)?.[0];

/** Advances the clock past the longest back-off. */
const nextAttempt = (client: Client) => client.clock({ advance: 'PT35S' });

test('the mail arrives, a copy is in the inbox, and its code verifies', async () => {
  const server = await startMailServer();
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  const mail = server.received[0]?.mail ?? expect.fail('no mail');
  const code = /\b\d{6}\b/.exec(mail.text ?? '')?.[0] ?? expect.fail('no code');
  expect(await client.codeFor(email)).toBe(code);
  expect((await session.submit(code)).body.outcome).toBe('verified');
});

test('a refused recipient shows as a failed delivery at once, and is not tried again', async () => {
  const server = await startMailServer({ onRcptTo: (_, __, done) => done(refusal(550)) });
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  expect(session.created.state).toBe('codeActive.deliveryFailed');
  expect(await client.messages(email)).toEqual([]);
  const connections = server.connections();
  await nextAttempt(client);
  expect(server.connections()).toBe(connections);
});

test('a failing server is tried again a limited number of times, each time with the same code and Message-ID', async () => {
  const server = await answering((attempt, done) => done(attempt > attemptLimit ? null : refusal(451)));
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  expect(session.created.state).toBe('codeActive.delivering');
  // The longest back-offs: 3, 10 and 25 seconds, plus a fifth.
  for (const [index, advance] of ['PT3.6S', 'PT12S', 'PT30S'].entries()) {
    expect((await session.read()).state).toBe('codeActive.delivering');
    await client.clock({ advance });
    expect(server.attempts).toHaveLength(index + 2);
  }
  expect(server.attempts).toHaveLength(attemptLimit);
  expect((await session.read()).state).toBe('codeActive.deliveryFailed');
  await nextAttempt(client);
  expect(server.attempts).toHaveLength(attemptLimit);
  expect(new Set(server.attempts.map(({ messageId }) => messageId)).size).toBe(1);
  expect(new Set(server.attempts.map(codeIn)).size).toBe(1);

  const resent = await session.send('resend-code');
  expect(resent.body.state).toBe('codeActive.cooldown');
  const [first, last] = [server.attempts[0], server.attempts.at(-1)];
  expect(first && last && codeIn(last)).toBe(first && codeIn(first));
  expect(last?.messageId).not.toBe(first?.messageId);
});

test('a connection that breaks after the mail was sent is tried again with the same Message-ID', async () => {
  const server = await answering((attempt, done, hangUp) => (attempt === 1 ? hangUp() : done(null)));
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  expect(session.created.state).toBe('codeActive.delivering');
  await nextAttempt(client);
  expect((await session.read()).state).toBe('codeActive.cooldown');
  expect(server.attempts.map(({ messageId }) => messageId)).toEqual([server.attempts[0]?.messageId, server.attempts[0]?.messageId]);
});

test('a server that never answers does not delay the request, and the code can be entered meanwhile', async () => {
  const server = await answering((attempt, done) => (attempt === 1 ? undefined : done(null)));
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  expect(session.created.state).toBe('codeActive.delivering');
  const code = codeIn(server.attempts[0] ?? expect.fail('no attempt')) ?? '';
  expect((await session.submit(code)).body.outcome).toBe('verified');
});

test('a server that never greets is given up and tried again', async () => {
  const server = await startSilentServer();
  const client = await serviceWith(server.url);
  const session = await client.verify(email);
  expect(session.created.state).toBe('codeActive.delivering');
  // The clock answers when the attempt under way has ended: it was aborted.
  await nextAttempt(client);
  expect(server.connections()).toBeGreaterThan(1);
  expect((await session.history()).map(({ event }) => event)).toEqual(['start']);
});

test('an ended session gets no more mail', async () => {
  const server = await answering((_, done) => done(refusal(451)));
  const client = await serviceWith(server.url);
  const [cancelled, expired] = [await client.verify(email), await client.verify('other@example.com')];
  await cancelled.send('cancel');
  await client.clock({ freeze: true });
  await client.at(Date.parse(expired.created.expiresAt));
  const attempts = server.attempts.length;
  expect((await expired.read()).state).not.toContain('delivering');
  await client.clock({ advance: 'PT2H' });
  expect(server.attempts).toHaveLength(attempts);
  expect(attempts).toBe(1 + attemptLimit);
});
