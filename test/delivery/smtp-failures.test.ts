import { describe, expect, test } from 'vitest';
import type { DeliveryResult } from '../../src/delivery/message.ts';
import { startMailServer, startSilentServer, unusedPort } from './mail-server.ts';
import { codeMessage } from './messages.ts';
import { patient, provider, refusal, send } from './smtp-client.ts';

describe('a refusal', () => {
  test.each<[string, Parameters<typeof startMailServer>[0], DeliveryResult]>([
    [
      'of the recipient for good rejects the message',
      { onRcptTo: (_address, _session, done) => done(refusal(550, '5.1.1')) },
      { outcome: 'rejected', reason: 'the mail server refused the recipient (550 5.1.1)' },
    ],
    [
      'of the recipient for now leaves it to another attempt',
      { onRcptTo: (_address, _session, done) => done(refusal(451, '4.7.1')) },
      { outcome: 'unavailable', sent: 'no', reason: 'the mail server is not ready (451 4.7.1)' },
    ],
    [
      'of the recipient for want of a login is the operator’s to mend',
      { onRcptTo: (_address, _session, done) => done(refusal(530)) },
      { outcome: 'unavailable', sent: 'no', reason: 'the mail server asks for a login or for TLS, check the SMTP URL (530)' },
    ],
    [
      'of the sender is the operator’s to mend',
      { onMailFrom: (_address, _session, done) => done(refusal(550)) },
      { outcome: 'unavailable', sent: 'no', reason: 'the mail server refused the sender, check its address (550)' },
    ],
    [
      'of the content for good rejects the message',
      { onData: (stream, _session, done) => stream.on('end', () => done(refusal(554))).resume() },
      { outcome: 'rejected', reason: 'the mail server refused the message (554)' },
    ],
    [
      'of the content for now leaves it to another attempt',
      { onData: (stream, _session, done) => stream.on('end', () => done(refusal(451))).resume() },
      { outcome: 'unavailable', sent: 'no', reason: 'the mail server is not ready (451)' },
    ],
    [
      'of the connection leaves it to another attempt',
      { onConnect: (_session, done) => done(refusal(554)) },
      { outcome: 'unavailable', sent: 'no', reason: 'the mail server is not ready (554)' },
    ],
  ])('%s', async (_case, options, expected) => {
    const server = await startMailServer(options);
    expect(await send(provider(server.url))).toEqual(expected);
  });

  test('of one recipient does not stop the next message', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) => done(address === codeMessage.to ? refusal(550) : null),
    });
    const smtp = provider(server.url);
    expect(await send(smtp)).toMatchObject({ outcome: 'rejected' });
    expect(await send(smtp, { ...codeMessage, to: 'kim@example.com' })).toEqual({ outcome: 'accepted' });
  });

  test('of the login tells the operator the cause, and sends nothing', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(refusal(535, '5.7.8')) });
    const smtp = provider(`smtp://mailer:wrong-password@127.0.0.1:${server.port}`);
    expect(await send(smtp)).toEqual({
      outcome: 'unavailable',
      sent: 'no',
      reason: expect.stringMatching(/^the mail server refused the login, check the user and password of the SMTP URL \(535( 5\.7\.8)?\)$/),
    });
    expect(server.received).toEqual([]);
  });
});

/** Result of a send whose command the server answers with the reply. */
async function answered(command: 'RCPT TO' | 'DATA', text: string): Promise<DeliveryResult> {
  const [code = '', ...words] = text.split(' ');
  const reply = Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
  const server = await startMailServer(
    command === 'RCPT TO'
      ? { onRcptTo: (_address, _session, done) => done(reply) }
      : { onData: (stream, _session, done) => stream.on('end', () => done(reply)).resume() },
  );
  return send(provider(server.url));
}

describe.each(['RCPT TO', 'DATA'] as const)('a refusal for good after %s', (command) => {
  test.each(['550 5.7.1 Relaying denied', '554 Message rejected: Email address is not verified', '550 5.1.8 Bad outbound sender'])(
    'that is about the service lets another provider try: %s',
    async (text) => {
      expect(await answered(command, text)).toEqual({
        outcome: 'unavailable',
        sent: 'no',
        reason: expect.stringMatching(
          /^the mail server refused this service, check its sender, limits and reputation there \(55\d( 5\.\d\.\d)?\)$/,
        ),
      });
    },
  );

  test('that is about the mailbox rejects the message', async () => {
    expect(await answered(command, '552 5.2.2 The mailbox is over its quota')).toMatchObject({ outcome: 'rejected' });
  });
});

test('a full mailbox is not the fault of the provider', async () => {
  expect(await answered('RCPT TO', '452 4.2.2 The mailbox is full')).toMatchObject({ outcome: 'unavailable', about: 'recipient' });
  expect(await answered('RCPT TO', '451 4.7.0 Try again later')).not.toHaveProperty('about');
  expect(await answered('DATA', '451 4.1.8 No host for the sender')).not.toHaveProperty('about');
});

describe('a mail server that cannot be reached', () => {
  test('because nothing listens is unavailable', async () => {
    const smtp = provider(`smtp://127.0.0.1:${await unusedPort()}`);
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', sent: 'no', reason: 'no connection to the mail server (ECONNREFUSED)' });
  });

  test('because it never greets is given up by the time-out', async () => {
    const server = await startSilentServer();
    const smtp = provider(server.url, { timeouts: { ...patient, greetingMs: 50 } });
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'the mail server did not answer in time' });
    expect(server.connections()).toBe(1);
  });

  test('because it never answers the message is given up by the time-out', async () => {
    const server = await startMailServer({ onData: (stream) => stream.resume() });
    const smtp = provider(server.url, { timeouts: { ...patient, silenceMs: 50 } });
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', sent: 'unknown', reason: 'the mail server did not answer in time' });
  });

  test('because it hangs up in the middle of the message is unavailable, and is not tried again by itself', async () => {
    let messages = 0;
    const server = await startMailServer({
      onData: (stream) => {
        messages += 1;
        stream.resume();
        server.drop();
      },
    });
    expect(await send(provider(server.url))).toEqual({
      outcome: 'unavailable',
      sent: 'unknown',
      reason: expect.stringMatching(/^(the mail server closed the connection|no connection to the mail server \(ECONNRESET\))$/),
    });
    expect(messages).toBe(1);
  });

  test('because it hangs up on every connection is unavailable', async () => {
    const server = await startMailServer({ onConnect: () => server.drop() });
    expect(await send(provider(server.url))).toMatchObject({ outcome: 'unavailable' });
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  test('safely is not given the password', async () => {
    let logins = 0;
    const server = await startMailServer({
      onAuth: (_auth, _session, done) => {
        logins += 1;
        done(null, { user: 'mailer' });
      },
    });
    // A name of this machine that is not a loopback address.
    const smtp = provider(`smtp://mailer:password@0.0.0.0:${server.port}`);
    expect(await send(smtp)).toMatchObject({ outcome: 'unavailable' });
    expect(logins).toBe(0);
    expect(await send(provider(`smtp://mailer:password@127.0.0.1:${server.port}`))).toEqual({ outcome: 'accepted' });
    expect(logins).toBe(1);
  });
});
