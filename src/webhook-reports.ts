/**
 * Reports of a webhook's receiver, each bound to the send that it is about. The receiver signs its reports, but the address that a
 * report is posted to is no part of what is signed: a report that somebody saw would be good for any other session.
 */
import { timingSafeEqual } from 'node:crypto';
import type { CodeSend, DeliveryReport, Message } from './delivery/message.ts';
import { readWebhookReport } from './delivery/webhook.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { Budgets } from './store/budgets.ts';

export type ReportedSend = CodeSend & Pick<Message, 'sessionId'>;

export interface ReceivedReport {
  /** The send that the address names. */
  readonly send: ReportedSend;
  /** The last part of the address; null where it has none. */
  readonly proof: string | null;
  /** The whole address that it was sent to, as the provider was given it. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** 128 bits can't be guessed, and keep the address short. */
const proofBytes = 16;

/** Longer than a signature is good for: five minutes to either side of its time (Standard Webhooks). */
const rememberedForMs = 15 * 60_000;

export interface WebhookReportParts {
  readonly secret: string;
  readonly keyring: Keyring;
  readonly budgets: Pick<Budgets, 'spend'>;
  /** The world's time, in milliseconds since the epoch. */
  readonly now: () => number;
}

export class WebhookReports {
  readonly #parts: WebhookReportParts;

  constructor(parts: WebhookReportParts) {
    this.#parts = parts;
  }

  /** The end of the address for reports: only the receiver of that message knows it. */
  proof(send: ReportedSend): string {
    return this.#proofBy(this.#parts.keyring.currentId, send).toString('base64url');
  }

  /** @returns `forged` also for a report that was made for another send */
  async read({ send, proof, ...report }: ReceivedReport): Promise<DeliveryReport> {
    const { secret, keyring } = this.#parts;
    const given = Buffer.from(proof ?? '', 'base64url');
    const isOurs = (expected: Buffer) => given.length === expected.length && timingSafeEqual(given, expected);
    if (!keyring.ids.some((keyId) => isOurs(this.#proofBy(keyId, send)))) return 'forged';
    const read = readWebhookReport(secret, report);
    if (read === 'forged' || read.failure === null) return read;
    return (await this.#isFirstAddress(report)) ? read : 'forged';
  }

  /** A report is good for the first address that it is posted to, and there as often as its sender repeats it. */
  async #isFirstAddress({ url, headers, body }: Omit<ReceivedReport, 'send' | 'proof'>): Promise<boolean> {
    const { keyring, budgets, now } = this.#parts;
    const hashed = (parts: readonly string[]) => keyring.mac(keyring.currentId, 'report', parts).toString('base64url');
    const signed = [headers.get('webhook-id') ?? '', headers.get('webhook-timestamp') ?? '', body];
    const use = { key: hashed(['use', ...signed]), most: 1, window: 'sliding', windowMs: rememberedForMs } as const;
    return (await budgets.spend([use], hashed(['address', ...signed, url]), now())) === null;
  }

  #proofBy(keyId: string, { sessionId, codeNumber, sendNumber }: ReportedSend): Buffer {
    const parts = ['send', sessionId, String(codeNumber), String(sendNumber)];
    return this.#parts.keyring.mac(keyId, 'report', parts).subarray(0, proofBytes);
  }
}
