import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { renderEmail } from '../../src/delivery/email-template.ts';
import type { CodeMessage, DeliveryResult, Provider } from '../../src/delivery/message.ts';
import { type SmtpOptions, smtpProvider } from '../../src/delivery/smtp.ts';
import { startMailServer, startSilentServer, unusedPort } from './mail-server.ts';
import { codeMessage } from './messages.ts';

const never = new AbortController().signal;
/** Long enough that a test which runs into one of them fails by vitest's own limit. */
const patient = { connectMs: 60_000, greetingMs: 60_000, silenceMs: 60_000 };

function provider(url: string, options: Partial<SmtpOptions> = {}): Provider {
  const smtp = smtpProvider({ url, from: 'Acme <no-reply@mail.acme.example>', timeouts: patient, ...options });
  onTestFinished(() => smtp.close());
  return smtp;
}

function send(smtp: Provider, message: CodeMessage = codeMessage, signal = never): Promise<DeliveryResult> {
  return smtp.send(message, renderEmail(message, { serviceName: 'Acme', supportUrl: null }), signal);
}

/** An answer of the server, which quotes what no log may hold. */
function refusal(responseCode: number, status = ''): Error {
  return Object.assign(new Error(`${status} <${codeMessage.to}> is not wanted, nor is ${codeMessage.code}`.trim()), { responseCode });
}

describe('a mail server that takes the message', () => {
  test('gets it whole, in text and HTML, from and to whom it should', async () => {
    const server = await startMailServer();
    expect(await send(provider(server.url))).toEqual({ outcome: 'accepted' });

    expect(server.received).toHaveLength(1);
    const { mail, from, to } = server.received[0] ?? expect.fail('no mail');
    const rendered = renderEmail(codeMessage, { serviceName: 'Acme', supportUrl: null });
    expect(mail.subject).toBe(rendered.subject);
    expect(mail.text?.trim()).toBe(rendered.text.trim());
    expect(String(mail.html).trim()).toBe(rendered.html.trim());
    expect(mail.attachments).toEqual([]);
    expect(mail.from?.text).toBe('"Acme" <no-reply@mail.acme.example>');
    expect({ from, to }).toEqual({ from: 'no-reply@mail.acme.example', to: ['robin@example.com'] });
  });

  test('is told that a machine wrote it, and no more than it needs to know', async () => {
    const server = await startMailServer();
    await send(provider(server.url));
    const { mail } = server.received[0] ?? expect.fail('no mail');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.headers.get('x-auto-response-suppress')).toBe('All');
    expect([...mail.headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
      'x-auto-response-suppress',
    ]);
    for (const { line } of mail.headerLines) expect(line).not.toContain(codeMessage.code);
  });

  test('gets the same Message-ID for every attempt of a send, and another one for the next send', async () => {
    const server = await startMailServer();
    const smtp = provider(server.url);
    await send(smtp);
    await send(smtp);
    await send(provider(server.url));
    await send(smtp, { ...codeMessage, key: 'session/1/2' });
    const [first, second, otherProcess, resend] = server.received.map(({ mail }) => mail.messageId);
    expect(first).toMatch(/^<[0-9a-f]{40}@mail\.acme\.example>$/);
    expect(second).toBe(first);
    expect(otherProcess).toBe(first);
    expect(resend).not.toBe(first);
  });

  test('gets the date of the clock that was given', async () => {
    const server = await startMailServer();
    const now = Date.UTC(2031, 4, 6, 7, 8, 9);
    await send(provider(server.url, { now: () => now }));
    expect(server.received[0]?.mail.date?.getTime()).toBe(now);
  });

  test('gets an address with special characters as one recipient', async () => {
    const server = await startMailServer();
    const to = "!#$%&'*+-/=?^_`{|}~@example.com";
    expect(await send(provider(server.url), { ...codeMessage, to })).toEqual({ outcome: 'accepted' });
    expect(server.received[0]?.to).toEqual([to]);
  });

  test('gets no header of the name of a device or a service', async () => {
    const server = await startMailServer();
    const message = { ...codeMessage, device: { type: 'x', name: 'x\r\nX-Injected: 1\r\n\r\nbody' } };
    const rendered = { ...renderEmail(message, { serviceName: 'Acme', supportUrl: null }), subject: 'a\r\nX-Injected: 1\r\n\r\nbody' };
    await provider(server.url).send(message, rendered, never);
    const { mail } = server.received[0] ?? expect.fail('no mail');
    expect(mail.headers.has('x-injected')).toBe(false);
    expect(mail.text).toContain('042917');
  });

  test('is sent the next message over the same connection', async () => {
    const server = await startMailServer();
    const smtp = provider(server.url);
    await send(smtp);
    await send(smtp);
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  test('is connected to anew when it closed a pooled connection', async () => {
    const server = await startMailServer();
    const smtp = provider(server.url);
    await send(smtp);
    server.drop();
    expect(await send(smtp)).toEqual({ outcome: 'accepted' });
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(2);
  });

  test('is spoken to in TLS where it offers that, on this machine without a certificate to check', async () => {
    const server = await startMailServer({ disabledCommands: [] });
    expect(await send(provider(server.url))).toEqual({ outcome: 'accepted' });
    expect(server.received[0]?.secure).toBe(true);
  });
});

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
      { outcome: 'unavailable', reason: 'the mail server is not ready (451 4.7.1)' },
    ],
    [
      'of the recipient for want of a login is the operator’s to mend',
      { onRcptTo: (_address, _session, done) => done(refusal(530)) },
      { outcome: 'unavailable', reason: 'the mail server asks for a login or for TLS, check the SMTP URL (530)' },
    ],
    [
      'of the sender is the operator’s to mend',
      { onMailFrom: (_address, _session, done) => done(refusal(550)) },
      { outcome: 'unavailable', reason: 'the mail server refused the sender, check its address (550)' },
    ],
    [
      'of the content for good rejects the message',
      { onData: (stream, _session, done) => stream.on('end', () => done(refusal(554))).resume() },
      { outcome: 'rejected', reason: 'the mail server refused the message (554)' },
    ],
    [
      'of the content for now leaves it to another attempt',
      { onData: (stream, _session, done) => stream.on('end', () => done(refusal(451))).resume() },
      { outcome: 'unavailable', reason: 'the mail server is not ready (451)' },
    ],
    [
      'of the connection leaves it to another attempt',
      { onConnect: (_session, done) => done(refusal(554)) },
      { outcome: 'unavailable', reason: 'the mail server is not ready (554)' },
    ],
  ])('%s', async (_case, options, expected) => {
    const server = await startMailServer(options);
    expect(await send(provider(server.url))).toEqual(expected);
  });

  test('of one recipient does not keep the next message from being sent', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) => done(address === codeMessage.to ? refusal(550) : null),
    });
    const smtp = provider(server.url);
    expect(await send(smtp)).toMatchObject({ outcome: 'rejected' });
    expect(await send(smtp, { ...codeMessage, to: 'kim@example.com' })).toEqual({ outcome: 'accepted' });
  });

  test('of the login tells the operator where to look, and sends nothing', async () => {
    const server = await startMailServer({ onAuth: (_auth, _session, done) => done(refusal(535, '5.7.8')) });
    const smtp = provider(`smtp://mailer:wrong-password@127.0.0.1:${server.port}`);
    expect(await send(smtp)).toEqual({
      outcome: 'unavailable',
      reason: expect.stringMatching(/^the mail server refused the login, check the user and password of the SMTP URL \(535( 5\.7\.8)?\)$/),
    });
    expect(server.received).toEqual([]);
  });
});

describe('a mail server that cannot be reached', () => {
  test('because nothing listens is unavailable', async () => {
    const smtp = provider(`smtp://127.0.0.1:${await unusedPort()}`);
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', reason: 'no connection to the mail server (ECONNREFUSED)' });
  });

  test('because it never greets is given up by the time-out', async () => {
    const server = await startSilentServer();
    const smtp = provider(server.url, { timeouts: { ...patient, greetingMs: 50 } });
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', reason: 'the mail server did not answer in time' });
    expect(server.connections()).toBe(1);
  });

  test('because it never answers the message is given up by the time-out', async () => {
    const server = await startMailServer({ onData: (stream) => stream.resume() });
    const smtp = provider(server.url, { timeouts: { ...patient, silenceMs: 50 } });
    expect(await send(smtp)).toEqual({ outcome: 'unavailable', reason: 'the mail server did not answer in time' });
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
    // Reaches this machine by a name that does not say so.
    const smtp = provider(`smtp://mailer:password@0.0.0.0:${server.port}`);
    expect(await send(smtp)).toMatchObject({ outcome: 'unavailable' });
    expect(logins).toBe(0);
    expect(await send(provider(`smtp://mailer:password@127.0.0.1:${server.port}`))).toEqual({ outcome: 'accepted' });
    expect(logins).toBe(1);
  });
});

describe('an aborted signal', () => {
  const given = { outcome: 'unavailable', reason: 'given up before the mail server answered' };

  test('ends an attempt that waits for the server', async () => {
    const controller = new AbortController();
    const server = await startMailServer({
      onData: (stream) => {
        stream.resume();
        controller.abort();
      },
    });
    expect(await send(provider(server.url), codeMessage, controller.signal)).toEqual(given);
  });

  test('keeps an attempt from being made', async () => {
    const server = await startMailServer();
    expect(await send(provider(server.url), codeMessage, AbortSignal.abort())).toEqual(given);
    expect(server.connections()).toBe(0);
  });
});

describe('closing', () => {
  test('lets the message under way end and hangs up', async () => {
    let answer = () => {};
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await startMailServer({
      onData: (stream, _session, done) => {
        answer = () => done(null);
        stream.on('end', arrived).resume();
      },
    });
    const smtp = provider(server.url);
    const attempt = send(smtp);
    await arrival;
    let closed = false;
    const closing = smtp.close().then(() => {
      closed = true;
    });
    await new Promise(setImmediate);
    expect(closed).toBe(false);
    answer();
    expect(await attempt).toEqual({ outcome: 'accepted' });
    await closing;
    await server.allClosed();
    expect(await send(smtp)).toMatchObject({ outcome: 'unavailable' });
    expect(server.connections()).toBe(1);
  });
});

test('nothing is printed, whatever the URL asks for', async () => {
  const printed = vi.fn(() => true);
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  const consoleSpies = (['log', 'info', 'debug', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
  for (const spy of spies) spy.mockImplementation(printed);
  for (const spy of consoleSpies) spy.mockImplementation(printed);
  onTestFinished(() => {
    for (const spy of [...spies, ...consoleSpies]) spy.mockRestore();
  });
  const server = await startMailServer();
  await send(provider(`${server.url}/?logger=true&debug=true&transactionLog=true`));
  await send(provider(`smtp://127.0.0.1:${await unusedPort()}/?logger=true&debug=true`));
  expect(server.received).toHaveLength(1);
  expect(printed).not.toHaveBeenCalled();
});

describe('a configuration that cannot work', () => {
  test.each([
    ['no URL', 'secret-host', 'no-reply@example.com'],
    ['another protocol', 'http://user:secret@example.com', 'no-reply@example.com'],
    ['no host', 'smtp://', 'no-reply@example.com'],
    ['no sender', 'smtp://example.com', ''],
    ['a sender without an address', 'smtp://example.com', 'secret'],
    ['two senders', 'smtp://example.com', 'secret@example.com, b@example.com'],
  ])('is refused at once, and not repeated: %s', (_case, url, from) => {
    expect(() => smtpProvider({ url, from })).toThrow(/^the (?!.*secret)/);
  });
});
