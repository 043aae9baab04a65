/** The oracle of an account change, as in `oracle.ts`: who confirms it, what is verified afterwards, and who is told. */

import { type Answer, type Arrived, differing, type Facts, type Said, type Seen } from './observation.ts';
import { Oracle } from './oracle.ts';
import type { Recognition } from './recognition.ts';

const ok: Answer = { problem: null };
const notAccepted: Answer = { problem: 'event-not-accepted' };

/** The recipients of a change's notice: the new address, and the former one. */
const notices: Readonly<Record<string, readonly string[]>> = {
  email: ['email-changed', 'email-changed'],
  phone: ['phone-changed'],
  password: ['password-changed'],
};

/** The outcome of the code's oracle after the owner has entered the code. The session then continues. */
const confirmed = 'confirmed';

export class ChangeOracle {
  readonly #facts: Facts;
  readonly #start: number;
  /** Watches the code with which the owner confirms. */
  #confirming: Oracle;
  #kind = '';
  #ended: string | null = null;

  constructor(facts: Facts, startedAt: number) {
    this.#facts = { ...facts, success: confirmed };
    this.#start = startedAt;
    this.#confirming = new Oracle(this.#facts, startedAt);
  }

  get recognition(): Recognition {
    return this.#confirming.recognition;
  }

  delivered(at: number, well: boolean): void {
    this.#confirming.delivered(at, well);
  }

  messages(arrived: readonly Arrived[]): string[] {
    return this.#confirming.messages(arrived);
  }

  told(said: Said, at: number, seen: Pick<Seen, 'problem' | 'retryAfterSeconds'>, arrives: boolean): string[] {
    if (said.event === 'start') {
      this.#kind = said.kind ?? '';
      // An owner without a telephone is reached by email only.
      if (said.channel === 'email') this.#confirming = new Oracle({ ...this.#facts, channel: 'email' }, this.#start);
    }
    if (!this.#isConfirmed) {
      const wrong = this.#confirming.told(said, at, seen, arrives);
      if (this.#isConfirmed && this.#kind === 'password') this.#apply(at);
      return wrong;
    }
    this.recognition.begin();
    this.#pass(at);
    const answer = this.#answerTo(said, at);
    return [
      ...differing(`the answer to ${said.event}`, answer.problem, seen.problem),
      ...differing('Retry-After', null, seen.retryAfterSeconds),
    ];
  }

  shows(at: number, seen: Seen): string[] {
    if (!this.#isConfirmed) return this.#confirming.shows(at, { ...seen, state: seen.state.replace(/^confirming\./, '') });
    this.#pass(at);
    return [
      ...differing('the state', this.#ended ?? 'verifyingDestination', seen.state),
      ...differing('the status', this.#ended === null ? 'active' : 'done', seen.status),
      ...differing('the outcome', this.#ended, seen.outcome),
      ...differing('expiresAt', null, seen.expiresAt),
      ...differing('the accepted events', this.#ended === null ? 'cancel' : '', [...seen.events].sort().join()),
      ...differing('a result', false, seen.hasResult),
    ];
  }

  get #isConfirmed(): boolean {
    return this.#confirming.outcome === confirmed;
  }

  #answerTo({ event, outcome, precondition }: Said, at: number): Answer {
    if (event === 'delivery-reported') return ok;
    if (this.#ended !== null) return notAccepted;
    switch (event) {
      case 'the end of the child':
        if (outcome !== 'verified') this.#ended = 'cancelled';
        else if (precondition === undefined) this.#apply(at);
        else this.#ended = 'denied';
        return ok;
      case 'cancel':
        this.#ended = 'cancelled';
        return ok;
      default:
        return notAccepted;
    }
  }

  #apply(at: number): void {
    this.#ended = 'applied';
    for (const notice of notices[this.#kind] ?? []) this.recognition.tell(at, notice);
  }

  #pass(at: number): void {
    if (this.#ended === null && at >= this.#start + this.#facts.sessionLifetimeMs) this.#ended = 'abandoned';
  }
}
