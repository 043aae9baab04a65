/** Decides which factors an account may use: never a weaker one than the service demands, and never one that was removed or replaced. */

import type { Channel } from '../../machines/workflow.ts';
import type { Factor, PresentFactor } from '../common/factor.ts';
import type { Personal, ResolvingSession } from '../engine/ports.ts';
import { channelOf, type LoginAccount, phoneChannels, stepUpChannel } from './login-account.ts';

export interface FactorOfferDeps {
  /** The factors of an account, the strongest first. */
  readonly of: (accountId: string) => Promise<readonly PresentFactor[]>;
  readonly named: (name: string) => Factor | undefined;
  readonly find: (accountId: string) => Promise<LoginAccount | null>;
  /** The factor that the owner prefers, or `code`; null without a preference. */
  readonly preferred: (accountId: string) => Promise<string | null>;
  /** The name of the phishing-resistant factor that the account must have; null if the service demands none. */
  readonly demanded: (accountId: string) => Promise<string | null>;
  /** True if a provider sends over the channel. */
  readonly can: (channel: Channel) => boolean;
  /** True if sessions of the workflow confirm a change of the account. */
  readonly isStepUp: (workflow: string) => boolean;
}

/** The session that asks for a factor. */
export interface AskingSession {
  readonly id: string;
  readonly keyId: string;
  readonly workflow: string;
  /** The time, in milliseconds since the epoch. */
  readonly at: number;
}

/** The result of choosing `code` or a factor. */
type Choice =
  | { readonly choice: 'missing' | 'weak' }
  | { readonly choice: 'code'; readonly channel: Channel; readonly personal: Personal }
  | { readonly choice: 'factor'; readonly personal: Personal };

interface Offer {
  /** The factors that the account has, the strongest first. */
  readonly all: readonly PresentFactor[];
  /** The factors that the account may use. */
  readonly present: readonly PresentFactor[];
  /** True if only phishing-resistant factors may be used. */
  readonly isRestricted: boolean;
}

export class FactorOffers {
  readonly #deps: FactorOfferDeps;

  constructor(deps: FactorOfferDeps) {
    this.#deps = deps;
  }

  /**
   * The factor with which a session begins: the wanted one if the account has it, or else the preferred or the strongest one.
   * @returns the personal details with the request to the device; null if a code is sent instead
   */
  async first(account: LoginAccount, wanted: unknown, session: AskingSession): Promise<Personal | null> {
    const { present, ...offer } = await this.#offer(account.id);
    if (present.length === 0) return null;
    const name = typeof wanted === 'string' ? wanted : await this.#deps.preferred(account.id);
    if (name === 'code' && this.#allowsCode(account, offer, session)) return null;
    return this.#asked(account.id, { chosen: named(present, name) ?? present[0], present, request: 1 }, session);
  }

  async choose({ factor: name, channel }: Readonly<Record<string, unknown>>, personal: Personal, session: AskingSession): Promise<Choice> {
    const { accountId = '' } = personal;
    const [{ all, present, ...offer }, account] = await Promise.all([this.#offer(accountId), this.#deps.find(accountId)]);
    if (account === null) return { choice: 'missing' };
    if (name === 'code') {
      if (!this.#allowsCode(account, offer, session)) return { choice: 'weak' };
      return { choice: 'code', channel: this.#channel(channel, account, session), personal: withoutFactor(personal) };
    }
    const chosen = named(present, name);
    if (chosen === undefined) return { choice: named(all, name) === undefined ? 'missing' : 'weak' };
    const asked = await this.#asked(accountId, { chosen, present, request: next(personal) }, session);
    return { choice: 'factor', personal: { ...personal, ...asked } };
  }

  /** The personal details with the next request: to the same factor, if the account still has it. */
  async again(personal: Personal, session: AskingSession): Promise<Personal> {
    const { accountId = '', factor: name } = personal;
    const { present } = await this.#offer(accountId);
    const chosen = named(present, name) ?? present[0];
    const asked = await this.#asked(accountId, { chosen, present, request: next(personal) }, session);
    return { ...withoutFactor(personal), ...asked };
  }

  /** True if the account must have a phishing-resistant factor. A trusted device is none. */
  async demandsFactor(accountId: string): Promise<boolean> {
    return (await this.#deps.demanded(accountId)) !== null;
  }

  /**
   * True if a code that was sent to the owner still counts. It does not if the account has had a better factor since: one that the service
   * demands, or any factor where the code of a change went to the mailbox.
   */
  async acceptsCode(accountId: string, { workflow, context }: Pick<ResolvingSession, 'workflow' | 'context'>): Promise<boolean> {
    const isMailedChange = context['channel'] === 'email' && this.#deps.isStepUp(workflow);
    if (!isMailedChange && !(await this.demandsFactor(accountId))) return true;
    const { present, isRestricted } = await this.#offer(accountId);
    return !isRestricted && !(isMailedChange && present.length > 0);
  }

  /**
   * The factor of a session, if the account still has it as it was when it was chosen, and may still use it. Also a factor that was used up
   * since, perhaps by the same request.
   */
  async chosen({ accountId = '', factor: name = '', factorVersion = '' }: Personal): Promise<Factor | null> {
    const { present, isRestricted } = await this.#offer(accountId);
    const chosen = named(present, name);
    if (chosen !== undefined) return chosen.version === factorVersion ? chosen.factor : null;
    const absent = isRestricted ? undefined : this.#deps.named(name);
    return (await absent?.isSpent?.(accountId, factorVersion)) ? (absent ?? null) : null;
  }

  /** The factor that a login has to enrol, because the service demands it; null if it has none to enrol. */
  async toEnrol(accountId: string, { workflow }: Pick<AskingSession, 'workflow'>): Promise<Factor | null> {
    if (this.#deps.isStepUp(workflow)) return null;
    const factor = this.#deps.named((await this.#deps.demanded(accountId)) ?? '');
    if (factor === undefined) return null;
    return (await this.#deps.of(accountId)).some((present) => present.factor.isPhishingResistant) ? null : factor;
  }

  /** An account with a phishing-resistant factor uses no other one, if the service demands such factors. */
  async #offer(accountId: string): Promise<Offer> {
    const [all, demanded] = await Promise.all([this.#deps.of(accountId), this.#deps.demanded(accountId)]);
    const resistant = all.filter(({ factor }) => factor.isPhishingResistant);
    const isRestricted = demanded !== null && resistant.length > 0;
    return { all, present: isRestricted ? resistant : all, isRestricted };
  }

  /** An account with a telephone gets codes there. Without one, only a login gets them, by email: a thief may read the mailbox. */
  #allowsCode(account: LoginAccount, { isRestricted }: Pick<Offer, 'isRestricted'>, { workflow }: AskingSession): boolean {
    return !isRestricted && (!this.#deps.isStepUp(workflow) || phoneChannels(account).some(this.#deps.can));
  }

  #channel(wanted: unknown, account: LoginAccount, { workflow }: AskingSession): Channel {
    const channelFor = this.#deps.isStepUp(workflow) ? stepUpChannel : channelOf;
    return channelFor(wanted, account, this.#deps.can);
  }

  async #asked(
    accountId: string,
    { chosen, present, request }: { chosen: PresentFactor | undefined; present: readonly PresentFactor[]; request: number },
    { id, keyId, workflow, at }: AskingSession,
  ): Promise<Personal> {
    const offered = { factors: present.map(({ factor }) => factor.name).join(' '), factorNumber: String(request) };
    if (chosen === undefined) return offered;
    const asked = await chosen.factor.request({ id, keyId, workflow, at, accountId, request });
    return { ...offered, factor: chosen.factor.name, factorVersion: chosen.version, factorRequest: JSON.stringify(asked) };
  }
}

function named(present: readonly PresentFactor[], name: unknown): PresentFactor | undefined {
  return present.find(({ factor }) => factor.name === name);
}

/** The number of the session's present request to a device; 0 without one. */
export function requestNumber({ factorNumber = '0' }: Personal): number {
  return Number(factorNumber);
}

function withoutFactor({ factor: _factor, factorVersion: _version, factorRequest: _request, ...others }: Personal): Personal {
  return others;
}

function next(personal: Personal): number {
  return requestNumber(personal) + 1;
}
