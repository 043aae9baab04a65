/**
 * Against flooding and against pumping (messages asked for only because somebody earns by each), over all sessions: how many messages
 * may go to one destination, and how many codes to one range of numbers and one country, for one client and one network. Every send of
 * a code draws on its destination's budget; the others bound codes, of which each has a few sends. It looks the same whether or not
 * anybody knows the destination.
 */
import type { Policy } from '../../machines/policy.ts';
import type { Channel } from '../../machines/workflow.ts';
import { type LimitName, RateLimited } from '../engine/errors.ts';
import type { Agent, Origin } from '../engine/ports.ts';

/** One budget that a message draws on. Draws with one key are one budget with several windows. */
export interface Draw {
  readonly key: string;
  readonly most: number;
  readonly window: 'sliding' | 'fixed';
  readonly windowMs: number;
  readonly limit: LimitName;
}

export interface Refused {
  /** When there will be room, in milliseconds since the epoch. */
  readonly until: number;
  readonly limit?: LimitName;
}

/** A draw on counted budgets that goes back to them, once for each mark and window. */
export interface GiveBack {
  /** The budget that remembers when the draw was made, and its entry there. */
  readonly remembering: string;
  readonly entry: string;
  readonly mark: string;
  readonly draws: readonly Pick<Draw, 'key' | 'windowMs'>[];
}

export interface MessageBudgetParts {
  readonly policy: Policy;
  /** Draws one from each, or from none. @returns null, or when there will be room in all */
  readonly spend: (draws: readonly Draw[], entry: string, at: number) => Promise<Refused | null>;
  /** Whether there is room in all of them; draws nothing. */
  readonly hasRoom: (draws: readonly Draw[], at: number) => Promise<boolean>;
  readonly giveBack: (gift: GiveBack) => Promise<void>;
  /** A keyed hash: what is stored tells nobody's address or number. */
  readonly hash: (parts: readonly string[]) => string;
  readonly now: () => number;
}

/** One message with a code, or one that stands in for it. */
export interface Send {
  readonly sessionId: string;
  /** Which code of the session, and which send of that code: a send that is tried again draws once. */
  readonly codeNumber: number;
  readonly sendNumber: number;
  readonly channel: Channel;
  /** The address or number, in the form in which two spellings of it are equal. */
  readonly destination: string;
  /** ISO 3166-1 alpha-2, of a number. */
  readonly country: string | null;
  /** The account whose password was right; null where there is none. */
  readonly account: string | null;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** Digits that the numbers of one range differ in. */
const rangeDigits = 4;

/** More than that within a window are counted and not remembered one by one. */
const mostRemembered = 100;

export class MessageBudget {
  readonly #parts: MessageBudgetParts;

  constructor(parts: MessageBudgetParts) {
    this.#parts = parts;
  }

  /** Draws on all that a send draws on. @returns null, or why it must not go out now, and until when */
  admit(send: Send, origin: Origin): Promise<Refused | null> {
    const { spend, now } = this.#parts;
    return spend(this.#draws(send, origin), this.#entryOf(send), now());
  }

  /** Whether a send would be admitted now. Draws nothing. */
  hasRoom(send: Send, origin: Origin): Promise<boolean> {
    const { hasRoom, now } = this.#parts;
    return hasRoom(this.#draws(send, origin), now());
  }

  /**
   * The right code was entered: a person was there, and the country gets one draw back for this number and day. The share of the
   * country goes back to the network that the code was entered from, which is nearly always the one that asked for it.
   * @param send the latest of the code
   */
  async giveBack(send: Send, origin: Origin): Promise<void> {
    const { giveBack, hash } = this.#parts;
    if (send.channel === 'email') return;
    const drawn = send.account === null ? { ...send, sendNumber: 1 } : send;
    await giveBack({
      remembering: this.#destinationKey(send),
      entry: this.#entryOf(drawn),
      mark: hash(['given back', askerOf(send), send.destination]),
      draws: this.#countryDraws(send, origin),
    });
  }

  /**
   * Draws on how often agents ask to see accounts. The name that an agent gives is free text, so the key counts.
   * @param entry names the request: the same again is drawn once
   */
  spendRequest({ keyName }: Pick<Agent, 'keyName'>, accountId: string, entry: string): Promise<Refused | null> {
    const { spend, policy, now } = this.#parts;
    const draws = [
      this.#draw('agent', ['support', keyName, accountId], policy.supportRequestsPerDay, dayMs),
      this.#draw('agent', ['support of a key', keyName], policy.supportRequestsPerKeyAndDay, dayMs),
      this.#draw('account', ['support of an account', accountId], policy.supportRequestsPerAccountAndDay, dayMs),
    ];
    return spend(draws, entry, now());
  }

  /**
   * Counts a request whose password was too weak on its client, as one that leads to a code: judging it takes as much work.
   * @param entry names the judgement
   * @throws RateLimited when the client's limit is reached
   */
  async spendRejected(origin: Origin, entry: string): Promise<void> {
    const refused = await this.#parts.spend(this.#clientDraws(origin), entry, this.#parts.now());
    if (refused) throw new RateLimited(refused.until, refused.limit);
  }

  /**
   * Draws on how often the owner of an account is told of one kind of attack.
   * @param entry names the telling: the same again is drawn once
   */
  spendAttackNotice(kind: string, accountId: string, entry: string): Promise<Refused | null> {
    const { spend, policy, now } = this.#parts;
    return spend([this.#draw('account', [`notice ${kind}`, accountId], 1, policy.noticeIntervalMs)], entry, now());
  }

  /**
   * Draws on how many notices of one kind the owner of an account gets. Each kind has a budget of its own, and so have codes: many
   * notices of one thing keep back none of another, and nothing of it keeps back a code.
   * @param entry names the notice: the same again is drawn once
   */
  spendNotice(kind: string, accountId: string, entry: string): Promise<Refused | null> {
    const { spend, policy, now } = this.#parts;
    const key = ['notices', kind, accountId];
    const draws = [this.#draw('account', key, policy.noticesPerHour, hourMs), this.#draw('account', key, policy.noticesPerDay, dayMs)];
    return spend(draws, entry, now());
  }

  /** The same for every turn and repetition of a request that leads to the send. */
  #entryOf({ sessionId, codeNumber, sendNumber, destination }: Send): string {
    return this.#parts.hash(['send', sessionId, String(codeNumber), String(sendNumber), destination]);
  }

  /** Sends after a right password draw on budgets of their own: what strangers ask for can't use those up. */
  #draws(send: Send, origin: Origin): Draw[] {
    const country = send.channel === 'email' ? [] : this.#countryDraws(send, origin);
    // Any send of a login's code may be its first one by telephone.
    if (send.account !== null) return [...this.#accountDraws(send), ...country];
    const message = this.#destinationDraws(send);
    return send.sendNumber > 1 ? message : [...message, ...this.#codeDraws(send), ...country, ...this.#clientDraws(origin)];
  }

  #destinationKey(send: Send): string {
    const { channel, destination, account } = send;
    const kind = channel === 'email' ? 'email' : 'number';
    return this.#parts.hash(account === null ? [`messages to ${kind}`, destination] : [`messages to ${kind} of account`, account]);
  }

  #accountDraws(send: Send): Draw[] {
    const { codesPerAccount, messagesPerAccountAndHour, messagesPerAccountAndDay } = this.#parts.policy;
    return this.#tiers('account', this.#destinationKey(send), [codesPerAccount, messagesPerAccountAndHour, messagesPerAccountAndDay]);
  }

  #destinationDraws(send: Send): Draw[] {
    const { policy } = this.#parts;
    const most =
      send.channel === 'email'
        ? ([policy.messagesPerEmail, policy.messagesPerEmailAndHour, policy.messagesPerEmailAndDay] as const)
        : ([policy.messagesPerNumber, policy.messagesPerNumberAndHour, policy.messagesPerNumberAndDay] as const);
    return this.#tiers('destination', this.#destinationKey(send), most);
  }

  #codeDraws({ channel, destination }: Send): Draw[] {
    const { codesPerEmail, codesPerNumber, codesPerNumberRange, codesWindowMs, messagesPerEmail } = this.#parts.policy;
    const range = destination.slice(0, -rangeDigits);
    if (channel !== 'email')
      return [
        this.#draw('destination', ['number', destination], codesPerNumber, codesWindowMs),
        this.#draw('number-range', ['range', range], codesPerNumberRange, codesWindowMs),
      ];
    // A limit on codes says nothing new where it is no smaller than the one on messages, and would cost a row.
    return codesPerEmail < messagesPerEmail ? [this.#draw('destination', ['email', destination], codesPerEmail, codesWindowMs)] : [];
  }

  #countryDraws(send: Send, { network, clientKey }: Origin): Draw[] {
    const { codesPerCountryAndDay, countrySharePerNetwork, countrySharePerClientKey } = this.#parts.policy;
    const country = [`country of ${askerOf(send)}`, send.country ?? ''];
    const draws = [this.#daily('country', country, codesPerCountryAndDay)];
    const share = (percent: number) => Math.max(1, Math.floor((codesPerCountryAndDay * percent) / 100));
    if (network !== null) draws.push(this.#daily('country-share', [...country, 'network', network], share(countrySharePerNetwork)));
    // A server that names nobody is one client.
    else if (clientKey !== null) draws.push(this.#daily('country-share', [...country, 'key', clientKey], share(countrySharePerClientKey)));
    return draws;
  }

  #clientDraws({ client, network }: Origin): Draw[] {
    const { codesPerClient, codesPerNetwork, codesWindowMs } = this.#parts.policy;
    if (client === null) return [];
    return [
      this.#draw('client', ['client', client], codesPerClient, codesWindowMs),
      this.#draw('network', ['network', network ?? client], codesPerNetwork, codesWindowMs),
    ];
  }

  /** One budget with three windows: that of codes, an hour, a day. */
  #tiers(limit: LimitName, key: string, [perWindow, perHour, perDay]: readonly [number, number, number]): Draw[] {
    const tier = (most: number, windowMs: number): Draw => ({ key, most, windowMs, window: 'sliding', limit });
    return [tier(perWindow, this.#parts.policy.codesWindowMs), tier(perHour, hourMs), tier(perDay, dayMs)];
  }

  #daily(limit: LimitName, of: readonly string[], most: number): Draw {
    return { ...this.#draw(limit, of, most, dayMs), window: 'fixed' };
  }

  #draw(limit: LimitName, of: readonly string[], most: number, windowMs: number): Draw {
    return { key: this.#parts.hash(of), most, windowMs, window: most > mostRemembered ? 'fixed' : 'sliding', limit };
  }
}

/** Countries are counted twice, so that strangers who use up one count leave the other to those who know a password. */
function askerOf({ account }: Send): 'anyone' | 'owners' {
  return account === null ? 'anyone' : 'owners';
}
