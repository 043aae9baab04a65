/**
 * Reports from a webhook's receiver, each bound to its send. The receiver signs its reports, but the signature does not cover the address
 * of the report. Without this binding, a captured report could be posted for any other session.
 */
import { equalsInConstantTime } from '../../common/constant-time.ts';
import type { DeliveryReport } from '../../delivery/message.ts';
import { readWebhookReport } from '../../delivery/webhook-report.ts';
import type { ReceivedReport } from '../../http/sessions/delivery-reports.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import type { Budgets } from '../../store/budgets.ts';

/** 128 bits can't be guessed, and keep the address short. */
const proofBytes = 16;

/** Longer than a signature is valid: five minutes to either side of its time (Standard Webhooks). */
const rememberedForMs = 15 * 60_000;

export interface WebhookReportDeps {
  readonly secret: string;
  readonly keyring: Keyring;
  readonly budgets: Pick<Budgets, 'spend'>;
  /** The real time, in milliseconds since the epoch. */
  readonly now: () => number;
}

export class WebhookReports {
  readonly #deps: WebhookReportDeps;

  constructor(deps: WebhookReportDeps) {
    this.#deps = deps;
  }

  /** The secret end of a report's address. Only the receiver of the message knows it. */
  proof(send: ReceivedReport['send']): string {
    return this.#proofBy(this.#deps.keyring.currentId, send).toString('base64url');
  }

  /** @returns `forged` for a wrong signature, and for a report about another send */
  async read({ send, proof, ...report }: ReceivedReport): Promise<DeliveryReport> {
    const { secret, keyring } = this.#deps;
    const given = Buffer.from(proof ?? '', 'base64url');
    // Several base64url texts decode to the same bytes. Only the canonical one is accepted.
    if (given.toString('base64url') !== proof) return 'forged';
    if (!keyring.ids.some((keyId) => equalsInConstantTime(given, this.#proofBy(keyId, send)))) return 'forged';
    const read = readWebhookReport(secret, report);
    if (read === 'forged' || read.failure === null) return read;
    return (await this.#isFirstAddress(report)) ? read : 'forged';
  }

  /**
   * The first address that gets a report binds it: at another address the same report is forged. At the first address it may be repeated.
   */
  async #isFirstAddress({ url, headers, body }: Omit<ReceivedReport, 'send' | 'proof'>): Promise<boolean> {
    const { keyring, budgets, now } = this.#deps;
    const hashed = (parts: readonly string[]) => keyring.mac(keyring.currentId, 'report', parts).toString('base64url');
    const signed = [headers.get('webhook-id') ?? '', headers.get('webhook-timestamp') ?? '', body];
    const use = { key: hashed(['use', ...signed]), most: 1, window: 'sliding', windowMs: rememberedForMs } as const;
    return (await budgets.spend([use], hashed(['address', ...signed, url]), now())) === null;
  }

  #proofBy(keyId: string, { sessionId, codeNumber, sendNumber }: ReceivedReport['send']): Buffer {
    const parts = ['send', sessionId, String(codeNumber), String(sendNumber)];
    return this.#deps.keyring.mac(keyId, 'report', parts).subarray(0, proofBytes);
  }
}
