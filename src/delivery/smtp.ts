/**
 * Email through an SMTP server, one attempt per call. The server's replies are neither logged nor passed on: replies quote addresses, and
 * the traffic holds codes.
 */
import { createHash } from 'node:crypto';
import nodemailer, { type NodemailerError, type SMTPPoolOptions } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import { isLoopback } from '../common/loopback.ts';
import { Attempts, unavailable } from './attempts.ts';
import { normaliseEmail } from './email-address.ts';
import type { DeliveryResult, Provider } from './message.ts';
import { faultOf, isAboutMailbox, statusOf } from './smtp-replies.ts';

export interface SmtpTimeouts {
  /** Name look-up, connection, greeting and TLS together. A healthy server does all that within a second. */
  readonly connectMs: number;
  /** From the connection to the server's greeting. Some servers delay the greeting a little to deter spammers. */
  readonly greetingMs: number;
  /** The longest silence at any later point, including the wait for the answer to the message. */
  readonly silenceMs: number;
}

/** All below ten seconds, because a person waits in front of a screen and another attempt may succeed. */
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

/** @throws Error for an unusable URL or sender; its message repeats neither */
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
              // Recipients are objects, not text that nodemailer parses: an address is one recipient, whatever it contains.
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
  const local = isLocal(server.host);
  return {
    // A password requires an encrypted connection: an attacker who strips the offer of STARTTLS could read the password.
    // `?requireTLS=false` in the URL overrides this option, `?tls.rejectUnauthorized=true` the next one.
    requireTLS: server.auth !== undefined && server.secure !== true && !local,
    // No certificate names the local machine, and the connection does not leave it.
    tls: { rejectUnauthorized: !local },
    ...server,
    pool: true,
    // Most mail services allow one client this many connections.
    maxConnections: 5,
    // One requeue replaces a pooled connection that the server has closed. The caller decides on all other retries.
    maxRequeues: 1,
    connectionTimeout: timeouts.connectMs,
    dnsTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.greetingMs,
    socketTimeout: timeouts.silenceMs,
    // A server that never hangs up must not delay the end of the process.
    socketCloseTimeout: 1_000,
    // These come after the options of the URL, so that its query cannot make nodemailer print codes and addresses.
    logger: false,
    debug: false,
    transactionLog: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * True if every message goes encrypted to the server in the URL, or stays on this machine. With a proxy, a loopback host is the proxy's
 * own machine.
 */
export function isEncryptedSmtp(url: string): boolean {
  const { host, secure, requireTLS, ignoreTLS, tls, proxy } = poolOptions(url, defaultTimeouts);
  if (isLocal(host) && proxy === undefined) return true;
  const encrypts = secure === true || (requireTLS === true && ignoreTLS !== true);
  return encrypts && tls?.rejectUnauthorized !== false;
}

/** Without a host, nodemailer connects to this machine. */
function isLocal(host: string | undefined): boolean {
  return host === undefined || isLoopback(host);
}

function parseSender(from: string): { name: string; address: string } {
  const [mailbox, ...more] = addressparser(from, { flatten: true });
  const sender = mailbox === undefined || more.length > 0 ? null : normaliseEmail(mailbox.address);
  if (mailbox === undefined || sender === null) throw new Error('the sender of emails is not an address or Name <address>');
  return { name: mailbox.name, address: sender.address };
}

/** The same for every attempt of a send, so that mail servers can drop a second copy. */
function messageId(key: string, senderAddress: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 40);
  return `<${digest}${senderAddress.slice(senderAddress.lastIndexOf('@'))}>`;
}

function failure(error: NodemailerError): DeliveryResult {
  const status = statusOf(error);
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') {
    return unavailable('no', `the mail server refused the login, check the user and password of the SMTP URL${status}`);
  }
  // 530 means: authenticate (RFC 4954) or start TLS (RFC 3207) first. The recipient is not at fault.
  if (error.responseCode === 530) return unavailable('no', `the mail server asks for a login or for TLS, check the SMTP URL${status}`);
  if (error.responseCode !== undefined) return refusal(error, status);
  const code = error.code ?? error.name;
  // If the connection broke or the answer timed out, the server may have accepted the message before.
  const sent = code === 'EDNS' || code === 'ETLS' || error.originalCode === 'ECONNREFUSED' ? 'no' : 'unknown';
  return unavailable(sent, `${unreachable.get(code) ?? `sending failed: ${code}`}${status}`);
}

/** The result of a reply that refuses the sender, the recipient or the message, for good or for now. */
function refusal({ command, permanent, response = '' }: NodemailerError, status: string): DeliveryResult {
  if (permanent !== true) {
    const result = unavailable('no', `the mail server is not ready${status}`);
    return command !== 'MAIL FROM' && isAboutMailbox(response) ? { ...result, about: 'recipient' } : result;
  }
  // A refused sender fails for every recipient until the operator corrects it, so the recipient is not at fault.
  if (command === 'MAIL FROM') return unavailable('no', `the mail server refused the sender, check its address${status}`);
  if (command !== 'RCPT TO' && command !== 'DATA') return unavailable('no', `the mail server is not ready${status}`);
  if (faultOf(response) === 'service')
    return unavailable('no', `the mail server refused this service, check its sender, limits and reputation there${status}`);
  return { outcome: 'rejected', reason: `the mail server refused the ${command === 'DATA' ? 'message' : 'recipient'}${status}` };
}

const unreachable: ReadonlyMap<string, string> = new Map([
  ['EABORT', 'given up before the mail server answered'],
  ['ECONNECTION', 'the mail server closed the connection'],
  ['EDNS', 'the name of the mail server was not found'],
  ['ESOCKET', 'no connection to the mail server'],
  ['ETIMEDOUT', 'the mail server did not answer in time'],
  ['ETLS', 'no encrypted connection to the mail server'],
]);
