/**
 * Email through an SMTP server. It makes one attempt per call, and neither logs nor passes on what the server says:
 * replies quote addresses, and the traffic holds codes.
 */
import { createHash } from 'node:crypto';
import nodemailer, { type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import { Attempts, unavailable } from './attempts.ts';
import { normaliseEmail } from './email-address.ts';
import type { DeliveryResult, Provider } from './message.ts';

export interface SmtpTimeouts {
  /** Name look-up, connection, greeting and TLS together. A server that is up does all that within a second. */
  readonly connectMs: number;
  /** From the connection to the server's greeting. Some servers delay it a little to put off spammers. */
  readonly greetingMs: number;
  /** Silence at any later point, the answer to the message included. */
  readonly silenceMs: number;
}

/** All under ten seconds: somebody is waiting in front of a screen, and another attempt may do better. */
const defaultTimeouts: SmtpTimeouts = { connectMs: 5_000, greetingMs: 5_000, silenceMs: 8_000 };

export interface SmtpOptions {
  /** `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`, with nodemailer's options as its query. */
  readonly url: string;
  /** The sender: `no-reply@example.com` or `Name <no-reply@example.com>`. */
  readonly from: string;
  /** Milliseconds since the epoch, for the Date header; the system's clock by default. */
  readonly now?: () => number;
  readonly timeouts?: SmtpTimeouts;
}

/** Throws for a URL or a sender that cannot work; the error's message repeats neither. */
export function smtpProvider(options: SmtpOptions): Provider {
  const sender = parseSender(options.from);
  const transport = nodemailer.createTransport(poolOptions(options.url, options.timeouts ?? defaultTimeouts));
  const attempts = new Attempts();

  return {
    name: 'smtp',

    send: (message, rendered, signal) =>
      attempts.run(
        () =>
          new Promise<DeliveryResult>((resolve) => {
            const mail = {
              from: { name: sender.name, address: sender.address },
              // As objects and not as text to be parsed: an address is one recipient, whatever it contains.
              to: { name: '', address: message.to },
              envelope: { from: sender.address, to: message.to },
              messageId: messageId(message.key, sender.address),
              subject: rendered.subject ?? '',
              text: rendered.text,
              ...(rendered.html === null ? {} : { html: rendered.html }),
              headers: {
                // RFC 3834 and, for Exchange, MS-OXCMAIL: no out-of-office notes in reply to a code.
                'Auto-Submitted': 'auto-generated',
                'X-Auto-Response-Suppress': 'All',
              },
              signal,
              ...(options.now === undefined ? {} : { date: new Date(options.now()) }),
            };
            transport.sendMail(mail, (error) => resolve(error === null ? { outcome: 'accepted' } : failure(error)));
          }),
      ),

    async close() {
      const ended = attempts.close();
      transport.close();
      await ended;
    },
  };
}

function poolOptions(url: string, timeouts: SmtpTimeouts): SMTPPoolOptions & { pool: true } {
  if (!URL.canParse(url) || !/^smtps?:\/\/[^/]/i.test(url)) throw new Error('the SMTP URL is not smtp://host… or smtps://host…');
  const server = parseConnectionUrl(url);
  const local = isLoopback(server.host);
  return {
    // A password goes over an encrypted connection or not at all: whoever can hide the offer of STARTTLS could read it.
    // `?requireTLS=false` in the URL overrules this, `?tls.rejectUnauthorized=true` the next.
    requireTLS: server.auth !== undefined && server.secure !== true && !local,
    // No certificate names this very machine, and nothing is in between.
    tls: { rejectUnauthorized: !local },
    ...server,
    pool: true,
    // What most mail services let one client have open.
    maxConnections: 5,
    // One: a pooled connection that the server closed meanwhile is replaced at once. All else is the caller's to retry.
    maxRequeues: 1,
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    // A server that never hangs up does not hold up the end of the process.
    socketCloseTimeout: 1_000,
    // After the URL's, so that its query cannot make nodemailer print codes and addresses.
    logger: false,
    debug: false,
    transactionLog: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Whether every message goes encrypted to the server that the URL names, or stays on this machine. Behind a proxy, this machine is the
 * proxy's.
 */
export function isEncryptedSmtp(url: string): boolean {
  const { host, secure, requireTLS, ignoreTLS, tls, proxy } = poolOptions(url, defaultTimeouts);
  if (isLoopback(host) && proxy === undefined) return true;
  const encrypts = secure === true || (requireTLS === true && ignoreTLS !== true);
  return encrypts && tls?.rejectUnauthorized !== false;
}

function isLoopback(host: string | undefined): boolean {
  return host === undefined || /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/.test(host);
}

function parseSender(from: string): { name: string; address: string } {
  const [mailbox, ...more] = addressparser(from, { flatten: true });
  const sender = mailbox === undefined || more.length > 0 ? null : normaliseEmail(mailbox.address);
  if (mailbox === undefined || sender === null) throw new Error('the sender of emails is not an address or Name <address>');
  return { name: mailbox.name, address: sender.address };
}

/** The same for every attempt of a send, so that whatever stores mail can drop the second copy. */
function messageId(key: string, senderAddress: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 40);
  return `<${digest}${senderAddress.slice(senderAddress.lastIndexOf('@'))}>`;
}

/** What the caller is to make of a failed attempt. */
function failure(error: NodemailerError): DeliveryResult {
  const status = statusOf(error);
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') {
    return unavailable('no', `the mail server refused the login, check the user and password of the SMTP URL${status}`);
  }
  // RFC 4954 and RFC 3207: authenticate, or start TLS, first. Says nothing about the recipient.
  if (error.responseCode === 530) return unavailable('no', `the mail server asks for a login or for TLS, check the SMTP URL${status}`);
  if (error.permanent === true) {
    switch (error.command) {
      case 'RCPT TO':
        return { outcome: 'rejected', reason: `the mail server refused the recipient${status}` };
      case 'DATA':
        return { outcome: 'rejected', reason: `the mail server refused the message${status}` };
      case 'MAIL FROM':
        // The same for every recipient until the operator does something: not the recipient's fault.
        return unavailable('no', `the mail server refused the sender, check its address${status}`);
    }
  }
  if (error.responseCode !== undefined) return unavailable('no', `the mail server is not ready${status}`);
  const code = error.code ?? error.name;
  // A connection that broke, or an answer that did not come in time: the message may have been taken before.
  const sent = code === 'EDNS' || code === 'ETLS' || error.originalCode === 'ECONNREFUSED' ? 'no' : 'unknown';
  return unavailable(sent, `${unreachable.get(code) ?? `sending failed: ${code}`}${status}`);
}

const unreachable: ReadonlyMap<string, string> = new Map([
  ['EABORT', 'given up before the mail server answered'],
  ['ECONNECTION', 'the mail server closed the connection'],
  ['EDNS', 'the name of the mail server was not found'],
  ['ESOCKET', 'no connection to the mail server'],
  ['ETIMEDOUT', 'the mail server did not answer in time'],
  ['ETLS', 'no encrypted connection to the mail server'],
]);

/** The numbers of the reply (` (550 5.1.1)`) or the system's code (` (ECONNREFUSED)`), never the text beside it. */
function statusOf(error: NodemailerError): string {
  const [numbers] = /^\d{3}(?:[ -][245]\.\d{1,3}\.\d{1,3}(?=\s|$))?/.exec(error.response ?? '') ?? [];
  const status = numbers?.replace('-', ' ') ?? error.originalCode;
  return status === undefined ? '' : ` (${status})`;
}
