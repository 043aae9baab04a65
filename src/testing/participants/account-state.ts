/** The state of a person's account in a run: each request finds it as its payload needs it. The sandbox's factor can be in the account. */
import type { Payload } from '../../../machines/workflow.ts';
import type { Answer } from '../drive/requests.ts';
import { registrations } from './enrolments.ts';
import type { Owner } from './owner.ts';

/** The account, and the means to change it. */
interface Reached {
  readonly call: (method: string, path: string, body: unknown) => Promise<Answer>;
  readonly owner: Owner;
  /** The state of the session. */
  readonly state: () => Promise<string>;
}

/** The sandbox's factor in an account: which one, and what the service demands. */
interface Factor {
  readonly has: 'weak' | 'strong' | 'none';
  readonly isDemanded: boolean;
}

/** The states in which an answer is compared, so that a changed account is noticed. */
const comparing: Readonly<Record<string, RegExp>> = {
  accountCode: /codeActive\.(?!locked)/,
  proveFactor: /provingFactor/,
  enrolFactor: /^enrollingFactor$/,
  deviceUnlock: /^locked$/,
};

export class AccountState {
  /** Raised by each replacement of the factor. */
  #version = 1;
  /** True if the session asks for a factor, or did. An account that has one gets no codes by email for changes. */
  #isAsked = false;
  /** The last arrangement, as JSON. */
  #arranged = '';
  /** The credential of the next enrolment is another account's. */
  #isTaken = false;

  /** The code of an enrolment that works. */
  get enrolmentCode(): string {
    return this.#isTaken ? 'taken' : 'correct';
  }

  /** Hears of a precondition. @returns true if it concerns an enrolment */
  precedes(outcome: string, payload: Payload): boolean {
    if (outcome !== 'taken' || !('result' in payload)) return false;
    this.#isTaken = true;
    return true;
  }

  async arrange(reached: Reached, resolver: string | null, payload: Payload): Promise<void> {
    this.#isAsked ||= payload['factor'] === true;
    if (payload['result'] === 'changed') this.#version += 1;
    const factor = factorFor(resolver, payload);
    if (factor !== null && (this.#isAsked || factor.has === 'none')) await this.#set(reached, factor);
    const states = comparing[resolver ?? ''];
    if (states === undefined) return;
    const { call, owner } = reached;
    await owner.block(call, payload['blocked'] === true || payload['result'] === 'blocked');
    // Only a step that compares an answer notices the changed account, so the account changes only before such a step.
    const isOutdated = payload['outdated'] === true || payload['result'] === 'outdated';
    if (isOutdated && states.test(await reached.state())) await owner.outdate(call);
  }

  async #set({ call, owner }: Reached, { has, isDemanded }: Factor): Promise<void> {
    const body = { version: has === 'none' ? 0 : this.#version, isDemanded, isWeak: has === 'weak' };
    const arranged = JSON.stringify(body);
    if (arranged === this.#arranged) return;
    const { status } = await call('POST', `/sandbox/accounts/${owner.id}/factor`, body);
    if (status !== 200) throw new Error(`The sandbox answered ${status}`);
    this.#arranged = arranged;
  }
}

/**
 * The factor that an account needs for a payload; null if any will do. A factor that an imitated page could use is enough for a proof, so
 * that the service can demand a stronger one.
 */
function factorFor(resolver: string | null, { factor, choice, enrols = false }: Payload): Factor | null {
  const isDemanded = enrols === true;
  if (registrations.includes(resolver ?? '')) return { has: factor === true ? 'weak' : 'none', isDemanded };
  switch (resolver) {
    case 'credentials':
    case 'change':
      return { has: factor === true ? 'weak' : 'none', isDemanded };
    case 'accountCode':
      return { has: 'none', isDemanded };
    case 'chooseFactor':
      return choice === 'weak' ? { has: 'strong', isDemanded: true } : { has: 'weak', isDemanded };
    case 'proveFactor':
      return { has: 'weak', isDemanded };
    default:
      return null;
  }
}

/** The body of a choice. */
export function choiceOf({ choice, channel }: Payload): unknown {
  if (choice === 'factor') return { factor: 'sandbox-code' };
  if (choice === 'missing') return { factor: 'absent' };
  return { factor: 'code', ...(channel === undefined ? {} : { channel }) };
}

/** The body of an answer: the typed code names the result. */
export function answerOf({ result, left }: Payload): unknown {
  if (result === 'cancelled' || result === 'timed-out') return { failure: result };
  return { code: left ?? result };
}
