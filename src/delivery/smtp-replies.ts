/** The party that a mail server's refusal is about: the recipient, or this service as the server's client. */
import type { NodemailerError } from 'nodemailer';

/** `recipient`: every provider would fail. `service`: the operator's account, address, network or message; another provider may succeed. */
type Fault = 'recipient' | 'service';

/** The numbers of a reply. */
interface Reply {
  /** The status of three digits (RFC 5321, 4.2). */
  readonly code: number;
  /** The enhanced status without its class, such as `7.1` (RFC 3463); null if the reply has none. */
  readonly detail: string | null;
  /** The text without addresses. A person chose the recipient's address, so it must not decide. */
  readonly text: string;
}

/** Some servers write `550 #5.1.1`, or `550 5.1.1:`. */
const replyShape = /^(\d{3})(?:[ -]#?[245]\.(\d{1,3}\.\d{1,3})(?=[\s:;,]|$))?/;

/** The enhanced status of a later line: some servers begin with a line without one. */
const statusOfLine = /^\d{3}[ -]#?[245]\.(\d{1,3}\.\d{1,3})(?=[\s:;,]|$)/m;

/** qmail and its descendants write the enhanced status last: `553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)`. */
const statusAtEnd = /\(#[245]\.(\d{1,3}\.\d{1,3})\b/;

/** The exceptions: details of subjects 1 and 2 that are about the sender. All other details of these subjects are about the recipient. */
const aboutSender: ReadonlySet<string> = new Set([
  // Bad syntax of the sender's address; bad system of the sender's address (RFC 3463, 3.2).
  '1.7',
  '1.8',
  // The daily limit of the sender; no right to send as this sender (Exchange Online, non-delivery reports).
  '1.90',
  '2.252',
]);

/**
 * Statuses that servers use for a mailbox or its domain: unavailable, elsewhere, full, not a valid name, failed (RFC 5321, 4.2.3), and
 * without mail (RFC 7504). Others are about the commands and the server.
 */
const aboutMailbox: ReadonlySet<number> = new Set([550, 551, 552, 553, 554, 556]);

const unknownMailbox =
  /\b(user|mailbox|recipient|addressee)\b.{0,20}\b(unknown|unavailable|not found|full|does(n.t| not) exist)\b|\b(unknown|no such|invalid) (user|mailbox|recipient|address)|\b(user|mailbox|recipient) (verif|quota|limit)/i;

const unwelcome = [
  /\b(not|un) ?verified\b|\bverif(y|ication) failed/,
  /\brelay/,
  /\b(daily|hourly|sending|sender|send|submission|message|rate) (user )?(sending )?(quota|limit)|\b(quota|limit)s? (of|for) (the |this )?send|throttl|too many (messages|connections)/,
  /\b(client|host|ip|server|connection|sender|network|message|mail|you|your)\b.{0,40}\b(block(ed|list(ed)?)|black ?list(ed)?|banned|denied|rejected|not (allowed|permitted|authori[sz]ed))/,
  /\b(block ?list|black ?list|dnsbl|rbl|spamhaus|spamcop|barracuda|reputation)\b|\blisted (at|by|in|on)\b/,
  /\b(spf|dkim|dmarc|reverse dns|ptr|helo|ehlo)\b|authenticat/,
  /\b(invalid|envelope|inactive) sender\b|\bsender (identity|domain|address)\b|\bfrom address\b|\brcpthosts\b|\bnot allowed to send\b/,
  /\bcredits? exceeded\b|\btoo many recipients\b|\bprotocol violation\b|\b(administrative(ly)?|policy) prohibit/,
  /\bspam\b|\bjunk ?mail\b|\bphish|\bvirus|\bmalware\b|\bcontent filter/,
  /\bmessage (size|is too|too) |\bmessage exceeds .{0,30}size\b|\bmaximum message size\b/,
  /\baccess denied\b|\bpolicy\b|\baccount (is |has been )?(suspended|disabled|blocked)\b.{0,20}\bsend/,
];

/**
 * The fault of a permanent refusal of the recipient or of the message. Subjects 1 and 2 of the enhanced status are about the recipient (RFC
 * 3463). The other subjects are about the connection, the protocol, the message and its sender. If the reply has no enhanced status, its
 * text decides.
 */
export function faultOf(response: string): Fault {
  const { code, detail, text } = parsed(response);
  const subject = detail?.split('.')[0] ?? '0';
  if (subject === '1' || subject === '2') return aboutSender.has(detail ?? '') ? 'service' : 'recipient';
  if (subject === '4' || subject === '7') return 'service';
  if (unknownMailbox.test(text)) return 'recipient';
  if (unwelcome.some((pattern) => pattern.test(text))) return 'service';
  return subject === '0' && aboutMailbox.has(code) ? 'recipient' : 'service';
}

/** True if a refusal for now is about the recipient's address or mailbox, for example a full one. The provider itself works. */
export function isAboutMailbox(response: string): boolean {
  const { detail, text } = parsed(response);
  return detail === null ? unknownMailbox.test(text) : /^[12]\./.test(detail) && !aboutSender.has(detail);
}

function parsed(response: string): Reply {
  const [, code = '', atStart] = replyShape.exec(response) ?? [];
  const detail = atStart ?? (statusOfLine.exec(response) ?? statusAtEnd.exec(response))?.[1] ?? null;
  const text = response
    .replace(/<[^>]*>|\S+@\S+/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
  return { code: Number(code), detail, text };
}

/** The numbers of the reply (` (550 5.1.1)`) or the system's error code (` (ECONNREFUSED)`), never the text of the reply. */
export function statusOf({ response = '', originalCode }: NodemailerError): string {
  const [numbers] = replyShape.exec(response) ?? [];
  const status = numbers?.replace(/[ -]#?/, ' ') ?? originalCode;
  return status === undefined ? '' : ` (${status})`;
}
