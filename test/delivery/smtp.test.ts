import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { smtpProvider } from '../../src/delivery/smtp.ts';
import { startMailServer, unusedPort } from './mail-server.ts';
import { asEmail, codeMessage } from './messages.ts';
import { never, provider, send } from './smtp-client.ts';

describe('a mail server that accepts the message', () => {
  test('receives it whole, in text and HTML, with the right sender and recipient', async () => {
    const server = await startMailServer();
    expect(await send(provider(server.url))).toEqual({ outcome: 'accepted' });

    expect(server.received).toHaveLength(1);
    const { mail, from, to } = server.received[0] ?? expect.fail('no mail');
    const rendered = asEmail(codeMessage);
    expect(mail.subject).toBe(rendered.subject);
    expect(mail.text?.trim()).toBe(rendered.text.trim());
    expect(String(mail.html).trim()).toBe(rendered.html.trim());
    expect(mail.attachments).toEqual([]);
    expect(mail.from?.text).toBe('"Acme" <no-reply@mail.acme.example>');
    expect({ from, to }).toEqual({ from: 'no-reply@mail.acme.example', to: ['robin@example.com'] });
  });

  test('learns that a machine wrote it, and nothing unnecessary', async () => {
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

  test('receives the same Message-ID for every attempt of a send, and another for the next send', async () => {
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

  test('receives the date of the given clock', async () => {
    const server = await startMailServer();
    const now = Date.UTC(2031, 4, 6, 7, 8, 9);
    await send(provider(server.url, { now: () => now }));
    expect(server.received[0]?.mail.date?.getTime()).toBe(now);
  });

  test('receives an address with special characters as one recipient', async () => {
    const server = await startMailServer();
    const to = "!#$%&'*+-/=?^_`{|}~@example.com";
    expect(await send(provider(server.url), { ...codeMessage, to })).toEqual({ outcome: 'accepted' });
    expect(server.received[0]?.to).toEqual([to]);
  });

  test('receives no header from the name of a device or a service', async () => {
    const server = await startMailServer();
    const message = { ...codeMessage, device: { type: 'x', name: 'x\r\nX-Injected: 1\r\n\r\nbody' } };
    const rendered = { ...asEmail(message), subject: 'a\r\nX-Injected: 1\r\n\r\nbody' };
    await provider(server.url).send(message, rendered, never);
    const { mail } = server.received[0] ?? expect.fail('no mail');
    expect(mail.headers.has('x-injected')).toBe(false);
    expect(mail.text).toContain('042917');
  });

  test('receives the next message over the same connection', async () => {
    const server = await startMailServer();
    const smtp = provider(server.url);
    await send(smtp);
    await send(smtp);
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  test('gets a new connection after it closed a pooled one', async () => {
    const server = await startMailServer();
    const smtp = provider(server.url);
    await send(smtp);
    server.drop();
    expect(await send(smtp)).toEqual({ outcome: 'accepted' });
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(2);
  });

  test('is used with TLS if it offers it, on this machine without a check of the certificate', async () => {
    const server = await startMailServer({ disabledCommands: [] });
    expect(await send(provider(server.url))).toEqual({ outcome: 'accepted' });
    expect(server.received[0]?.secure).toBe(true);
  });
});

describe('an abort', () => {
  const given = { outcome: 'unavailable', sent: 'unknown', reason: 'given up before the mail server answered' };

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

  test('prevents an attempt', async () => {
    const server = await startMailServer();
    expect(await send(provider(server.url), codeMessage, AbortSignal.abort())).toEqual(given);
    expect(server.connections()).toBe(0);
  });
});

describe('closing', () => {
  test('waits for the message under way, and hangs up', async () => {
    let answer = () => {};
    let arrived = () => {};
    const received = new Promise<void>((resolve) => {
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
    await received;
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

test('nothing is logged, whatever the URL requests', async () => {
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

describe('an impossible configuration', () => {
  test.each([
    ['no URL', 'secret-host', 'no-reply@example.com'],
    ['another protocol', 'http://user:secret@example.com', 'no-reply@example.com'],
    ['no host', 'smtp://', 'no-reply@example.com'],
    ['no sender', 'smtp://example.com', ''],
    ['a sender without an address', 'smtp://example.com', 'secret'],
    ['two senders', 'smtp://example.com', 'secret@example.com, b@example.com'],
  ])('is refused at once, and not quoted: %s', (_case, url, from) => {
    expect(() => smtpProvider({ url, from })).toThrow(/^the (?!.*secret)/);
  });
});
