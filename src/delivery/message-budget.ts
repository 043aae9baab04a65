/**
 * Limits on messages over all sessions, against flooding and SMS pumping (messages requested only because a third party earns by each).
 * They bound the messages to one destination, and the codes per range of numbers, per country, per client and per network. Every send of
 * a code draws on its destination's budget. The other budgets count codes, since each code has few sends. The limits are the same for
 * known and unknown destinations.
 */
import type { FiguresOf } from '../../machines/figures.ts';
import type { messageFigures } from '../../machines/messages-figures.ts';
import type { Channel } from '../../machines/workflow.ts';
import { type LimitName, RateLimited } from '../engine/errors.ts';
import type { Caller } from '../engine/ports.ts';

/** One budget that a message draws on. Draws with one key are one budget with several windows. */
export interface Draw {
  readonly key: string;
  readonly most: number;
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
  readonly limit: LimitName;
}

/** A draw on a limit of another module; `of` names what is counted together. */
export interface ModuleDraw extends Pick<Draw, 'limit' | 'most' | 'windowMs'> {
  readonly of: readonly string[];
}

export interface Refused {
  /** When the budget has room again, in milliseconds since the epoch. */
  readonly until: number;
  readonly limit?: LimitName;
}

/** Gives one draw back to each budget with a fixed window, at most once for each mark and window. */
export interface GiveBack {
  /** The key of the sliding budget in which the draw is stored under `entry`. If the draw is no longer stored, nothing is given back. */
  readonly remembering: string;
  readonly entry: string;
  readonly mark: string;
  readonly draws: readonly Pick<Draw, 'key' | 'windowMs'>[];
}

type MessageFigures = FiguresOf<typeof messageFigures>;

export interface MessageBudgetDeps {
  readonly policy: MessageFigures;
  /** True if messages over a channel draw on the limits of an email address; otherwise they draw on those of a number and its country. */
  readonly isAddress: (channel: Channel) => boolean;
  /** Draws once on each budget, or on none. @returns null if it drew; otherwise when all budgets have room */
  readonly spend: (draws: readonly Draw[], entry: string, at: number) => Promise<Refused | null>;
  /** True if all budgets have room. Draws nothing. */
  readonly hasRoom: (draws: readonly Draw[], at: number) => Promise<boolean>;
  readonly giveBack: (gift: GiveBack) => Promise<void>;
  /** A keyed hash, so that the stored keys reveal no address or number. */
  readonly hash: (parts: readonly string[]) => string;
  readonly now: () => number;
}

/** A message that carries a code, or replaces one. */
export interface Send {
  readonly sessionId: string;
  /** The code's number within the session. With `sendNumber`, it identifies the send: a retried send draws once. */
  readonly codeNumber: number;
  readonly sendNumber: number;
  readonly channel: Channel;
  /** The normalised address or number: equal for two spellings of one destination. */
  readonly destination: string;
  /** The number's country, as ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** The account, if the person entered its password; otherwise null. */
  readonly account: string | null;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** The number of final digits in which numbers of one range differ. */
const rangeDigits = 4;

/** Above this limit, a budget counts its draws in a fixed window instead of storing each one. */
const mostStoredDraws = 100;

export class MessageBudget {
  readonly #deps: MessageBudgetDeps;

  constructor(deps: MessageBudgetDeps) {
    this.#deps = deps;
  }

  /** Draws on every budget of a send. @returns null if it drew; otherwise the limit that refuses the send, and when it has room again */
  admit(send: Send, caller: Caller): Promise<Refused | null> {
    const { spend, now } = this.#deps;
    return spend(this.#draws(send, caller), this.#entryOf(send), now());
  }

  /** True if a send would be admitted now. Draws nothing. */
  hasRoom(send: Send, caller: Caller): Promise<boolean> {
    const { hasRoom, now } = this.#deps;
    return hasRoom(this.#draws(send, caller), now());
  }

  /**
   * Returns a draw after a correct code, because the code proves that a person received the message. The country gets one draw back, at
   * most once a day for each number. The network that entered the code gets one back on its share of the country; nearly always the same
   * network requested the code.
   * @param send the latest send of the code
   */
  async giveBack(send: Send, caller: Caller): Promise<void> {
    const { giveBack, hash } = this.#deps;
    if (this.#deps.isAddress(send.channel)) return;
    const drawn = send.account === null ? { ...send, sendNumber: 1 } : send;
    await giveBack({
      remembering: this.#destinationKey(send),
      entry: this.#entryOf(drawn),
      mark: hash(['given back', askerOf(send), send.destination]),
      draws: this.#countryDraws(send, caller),
    });
  }

  /**
   * Draws on limits that another module sets.
   * @param entry identifies the request, so that a repetition draws once
   */
  spend(draws: readonly ModuleDraw[], entry: string): Promise<Refused | null> {
    const { spend, now } = this.#deps;
    return spend(
      draws.map(({ limit, of, most, windowMs }) => this.#draw(limit, of, most, windowMs)),
      entry,
      now(),
    );
  }

  /**
   * Counts a rejected request (a weak password, or a number that can't be used) against its client, like a request for a code.
   * @param entry identifies the rejection
   * @throws RateLimited when the client's limit is reached
   */
  async spendRejected(caller: Caller, entry: string): Promise<void> {
    const refused = await this.#deps.spend(this.#clientDraws(caller), entry, this.#deps.now());
    if (refused) throw new RateLimited(refused.until, refused.limit);
  }

  /**
   * Draws on the limit of notices to an owner about one kind of attack: one per interval.
   * @param entry identifies the notice, so that a repetition draws once
   */
  spendAttackNotice(kind: string, accountId: string, entry: string): Promise<Refused | null> {
    const { spend, policy, now } = this.#deps;
    return spend([this.#draw('account', [`notice ${kind}`, accountId], 1, policy.noticeIntervalMs)], entry, now());
  }

  /**
   * Draws on the limit of notices of one kind to an owner. Each kind has its own budget, and codes have another: many notices of one kind
   * delay neither other notices nor codes.
   * @param entry identifies the notice, so that a repetition draws once
   */
  spendNotice(kind: string, accountId: string, entry: string): Promise<Refused | null> {
    const { spend, policy, now } = this.#deps;
    const key = ['notices', kind, accountId];
    const draws = [this.#draw('account', key, policy.noticesPerHour, hourMs), this.#draw('account', key, policy.noticesPerDay, dayMs)];
    return spend(draws, entry, now());
  }

  /**
   * Draws on the limit of one notice per subject, such as a removed link. Two requests for one removal send one notice.
   * @param entry identifies the notice, so that a repetition draws once
   */
  spendOnly(kind: string, thing: string, entry: string): Promise<Refused | null> {
    const { spend, now } = this.#deps;
    return spend([this.#draw('account', ['notice about', kind, thing], 1, dayMs)], entry, now());
  }

  /** Equal for every turn and every repetition of the request that leads to the send. */
  #entryOf({ sessionId, codeNumber, sendNumber, destination }: Send): string {
    return this.#deps.hash(['send', sessionId, String(codeNumber), String(sendNumber), destination]);
  }

  /** Sends after a correct password draw on separate budgets, which strangers' requests can't use up. */
  #draws(send: Send, caller: Caller): Draw[] {
    const country = this.#deps.isAddress(send.channel) ? [] : this.#countryDraws(send, caller);
    // Any send of a login's code may be its first by telephone, so each one draws on the country's budget.
    if (send.account !== null) return [...this.#accountDraws(send), ...country];
    const message = this.#destinationDraws(send);
    return send.sendNumber > 1 ? message : [...message, ...this.#codeDraws(send), ...country, ...this.#clientDraws(caller)];
  }

  #destinationKey(send: Send): string {
    const { channel, destination, account } = send;
    const kind = this.#deps.isAddress(channel) ? 'email' : 'number';
    return this.#deps.hash(account === null ? [`messages to ${kind}`, destination] : [`messages to ${kind} of account`, account]);
  }

  #accountDraws(send: Send): Draw[] {
    const { codesPerAccount, messagesPerAccountAndHour, messagesPerAccountAndDay } = this.#deps.policy;
    return this.#tiers('account', this.#destinationKey(send), [codesPerAccount, messagesPerAccountAndHour, messagesPerAccountAndDay]);
  }

  #destinationDraws(send: Send): Draw[] {
    const { policy, isAddress } = this.#deps;
    const most = isAddress(send.channel)
      ? ([policy.messagesPerEmail, policy.messagesPerEmailAndHour, policy.messagesPerEmailAndDay] as const)
      : ([policy.messagesPerNumber, policy.messagesPerNumberAndHour, policy.messagesPerNumberAndDay] as const);
    return this.#tiers('destination', this.#destinationKey(send), most);
  }

  #codeDraws({ channel, destination }: Send): Draw[] {
    const { codesPerEmail, codesPerNumber, codesPerNumberRange, codesWindowMs, messagesPerEmail } = this.#deps.policy;
    const range = destination.slice(0, -rangeDigits);
    if (!this.#deps.isAddress(channel))
      return [
        this.#draw('destination', ['number', destination], codesPerNumber, codesWindowMs),
        this.#draw('number-range', ['range', range], codesPerNumberRange, codesWindowMs),
      ];
    // A limit on codes that is not below the limit on messages has no effect, and would cost a row.
    return codesPerEmail < messagesPerEmail ? [this.#draw('destination', ['email', destination], codesPerEmail, codesWindowMs)] : [];
  }

  #countryDraws(send: Send, { network, clientKey }: Caller): Draw[] {
    const { codesPerCountryAndDay, countrySharePerNetwork, countrySharePerClientKey } = this.#deps.policy;
    const country = [`country of ${askerOf(send)}`, send.country ?? ''];
    const draws = [this.#daily('country', country, codesPerCountryAndDay)];
    const share = (percent: number) => Math.max(1, Math.floor((codesPerCountryAndDay * percent) / 100));
    if (network !== null) draws.push(this.#daily('country-share', [...country, 'network', network], share(countrySharePerNetwork)));
    // Without client addresses, all requests with one client key count as one client.
    else if (clientKey !== null) draws.push(this.#daily('country-share', [...country, 'key', clientKey], share(countrySharePerClientKey)));
    return draws;
  }

  #clientDraws({ client, network }: Caller): Draw[] {
    const { codesPerClient, codesPerNetwork, codesWindowMs } = this.#deps.policy;
    if (client === null) return [];
    return [
      this.#draw('client', ['client', client], codesPerClient, codesWindowMs),
      this.#draw('network', ['network', network ?? client], codesPerNetwork, codesWindowMs),
    ];
  }

  /** One budget with three windows: the window of codes, an hour, and a day. */
  #tiers(limit: LimitName, key: string, [perWindow, perHour, perDay]: readonly [number, number, number]): Draw[] {
    const tier = (most: number, windowMs: number): Draw => ({ key, most, windowMs, window: 'sliding', limit });
    return [tier(perWindow, this.#deps.policy.codesWindowMs), tier(perHour, hourMs), tier(perDay, dayMs)];
  }

  #daily(limit: LimitName, of: readonly string[], most: number): Draw {
    return { ...this.#draw(limit, of, most, dayMs), window: 'fixed' };
  }

  #draw(limit: LimitName, of: readonly string[], most: number, windowMs: number): Draw {
    return { key: this.#deps.hash(of), most, windowMs, window: most > mostStoredDraws ? 'fixed' : 'sliding', limit };
  }
}

/** Each country has two counts, so that strangers who use up theirs leave room for people who know a password. */
function askerOf({ account }: Send): 'anyone' | 'owners' {
  return account === null ? 'anyone' : 'owners';
}
