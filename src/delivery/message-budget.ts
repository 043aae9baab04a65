/**
 * Against flooding and against pumping (codes asked for only because somebody earns by each message): how many codes may go
 * to one destination, one range of numbers and one country, and be asked for by one client, over all sessions. Every new
 * code counts; sending the same one again does not. It looks the same whether or not anybody knows the destination.
 */
import type { Policy } from '../../machines/policy.ts';
import type { Channel } from '../../machines/workflow.ts';
import { RateLimited } from '../engine/errors.ts';
import type { Origin } from '../engine/ports.ts';

/** One budget that a code draws on. */
export interface Draw {
  readonly key: string;
  readonly most: number;
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
}

export interface CodeBudgetParts {
  readonly policy: Policy;
  /** Draws one from each, or from none. @returns null, or when there will be room in all */
  readonly spend: (draws: readonly Draw[], entry: string, at: number) => Promise<{ readonly until: number } | null>;
  /** A keyed hash: what is stored tells nobody's address or number. */
  readonly hash: (parts: readonly string[]) => string;
  readonly now: () => number;
}

/** A code that is to go out for the first time. */
export interface NewCode {
  /** The same whenever it is asked about. */
  readonly key: string;
  readonly channel: Channel;
  /** The form in which two spellings of it are equal. */
  readonly destination: string;
  /** ISO 3166-1 alpha-2, of a number. */
  readonly country: string | null;
  /** The account whose password was right; null where there is none. */
  readonly account: string | null;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Digits that the numbers of one range differ in. */
const rangeDigits = 4;

/** More than that within a window are counted and not remembered one by one. */
const mostRemembered = 100;

export class CodeBudget {
  readonly #parts: CodeBudgetParts;

  constructor(parts: CodeBudgetParts) {
    this.#parts = parts;
  }

  /**
   * Draws on how often one agent asks to see one account.
   * @param entry names the request: the same again is drawn once
   * @returns null, or when there will be room
   */
  spendRequest(agent: string, accountId: string, entry: string): Promise<{ readonly until: number } | null> {
    const { spend, policy, now } = this.#parts;
    return spend([this.#draw('support', `${agent} ${accountId}`, policy.supportRequestsPerDay, dayMs)], entry, now());
  }

  /** @throws RateLimited when a limit is reached, StoreUnavailable when that can't be found out */
  async admit(code: NewCode, origin: Origin): Promise<void> {
    const { spend, now } = this.#parts;
    // Who knows the password draws on the account's own budget alone: what strangers ask for can't use it up.
    const draws = code.account === null ? [...this.#draws(code), ...this.#clientDraw(origin)] : [this.#accountDraw(code.account)];
    // Another destination is another spending, even of a session that was asked for both at once.
    const entry = this.#parts.hash(['entry', code.key, code.destination]);
    const refused = await spend(draws, entry, now());
    if (refused) throw new RateLimited(refused.until);
  }

  /**
   * Counts a request whose password was too weak on its client, as one that leads to a code: judging it takes as much work.
   * @param entry names the judgement
   * @throws RateLimited when the client's limit is reached
   */
  async spendRejected(origin: Origin, entry: string): Promise<void> {
    const refused = await this.#parts.spend(this.#clientDraw(origin), entry, this.#parts.now());
    if (refused) throw new RateLimited(refused.until);
  }

  /**
   * Draws on how often the owner of an account is told of one kind of attack.
   * @param entry names the telling: the same again is drawn once
   * @returns null, or when there will be room
   */
  spendNotice(kind: string, accountId: string, entry: string): Promise<{ readonly until: number } | null> {
    const { spend, policy, now } = this.#parts;
    return spend([this.#draw(`notice ${kind}`, accountId, 1, policy.noticeIntervalMs)], entry, now());
  }

  #draws({ channel, destination, country }: NewCode): Draw[] {
    const { codesPerEmail, codesPerNumber, codesPerNumberRange, codesPerCountryAndDay, codesWindowMs } = this.#parts.policy;
    if (channel === 'email') return [this.#draw('email', destination, codesPerEmail, codesWindowMs)];
    return [
      this.#draw('number', destination, codesPerNumber, codesWindowMs),
      this.#draw('range', destination.slice(0, -rangeDigits), codesPerNumberRange, codesWindowMs),
      { ...this.#draw('country', country ?? '', codesPerCountryAndDay, dayMs), window: 'fixed' },
    ];
  }

  #accountDraw(account: string): Draw {
    const { codesPerAccount, codesWindowMs } = this.#parts.policy;
    return this.#draw('account', account, codesPerAccount, codesWindowMs);
  }

  #clientDraw({ client }: Origin): Draw[] {
    const { codesPerClient, codesWindowMs } = this.#parts.policy;
    return client === null ? [] : [this.#draw('client', client, codesPerClient, codesWindowMs)];
  }

  #draw(kind: string, of: string, most: number, windowMs: number): Draw {
    return { key: this.#parts.hash([kind, of]), most, windowMs, window: most > mostRemembered ? 'fixed' : 'sliding' };
  }
}
