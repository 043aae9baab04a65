/** The oracle of an account set-up, as in `oracle.ts`: what is verified next, and when there is an account. */
import { type Answer, differing, type Facts, type Said, type Seen } from './observation.ts';

const ok: Answer = { problem: null };
const notAccepted: Answer = { problem: 'event-not-accepted' };

/** The events that need no child, by phase. */
const accepted = {
  verifyingEmail: ['cancel'],
  verifyingPhone: ['cancel', 'continue-without-phone'],
  linking: ['cancel', 'link-account', 'skip-link'],
  authorizing: ['cancel', 'link-account', 'skip-link'],
  confirmingLink: ['cancel', 'confirm-link', 'link-account', 'skip-link'],
} as const;

type Phase = keyof typeof accepted;

export class SetupOracle {
  readonly #facts: Facts;
  readonly #start: number;
  #phase: Phase = 'verifyingEmail';
  /** The time since when the person is at a provider, or the grant waits for its confirmation. */
  #awaySince = 0;
  /** Wrong values for the current grant. */
  #wrongValues = 0;
  /** The reason why the latest attempt linked no account. */
  #linkFailure: string | null = null;
  #ended: { readonly outcome: string; readonly at: number } | null = null;
  /** Without an account there is no owner to tell. */
  readonly recognition = {
    tells: (notices: readonly string[]): string[] => differing('what the owner is told', '', notices.join()),
    owner: (told: readonly unknown[]): string[] => differing('what the owner was told', 0, told.length),
  };

  constructor(facts: Facts, startedAt: number) {
    this.#facts = facts;
    this.#start = startedAt;
  }

  /** Child sessions send the codes. */
  delivered(): void {}

  messages(arrived: readonly unknown[]): string[] {
    return differing('messages with a code of the set-up itself', 0, arrived.length);
  }

  told(said: Said, at: number, seen: Pick<Seen, 'problem' | 'retryAfterSeconds'>): string[] {
    this.#pass(at);
    const answer = this.#answerTo(said, at);
    return [
      ...differing(`the answer to ${said.event}`, answer.problem, seen.problem),
      ...differing('Retry-After', null, seen.retryAfterSeconds),
    ];
  }

  shows(at: number, seen: Seen): string[] {
    this.#pass(at);
    const { outcome = null, at: endedAt = 0 } = this.#ended ?? {};
    const proves = outcome === 'complete' && at < endedAt + this.#facts.resultLifetimeMs;
    return [
      ...differing('the state', outcome ?? this.#phase, seen.state),
      ...differing('the status', outcome === null ? 'active' : 'done', seen.status),
      ...differing('the outcome', outcome, seen.outcome),
      ...differing('endsAt', outcome === null ? this.#start + this.#facts.sessionLifetimeMs : null, seen.endsAt),
      ...differing('the accepted events', outcome === null ? accepted[this.#phase].join() : '', [...seen.events].sort().join()),
      ...differing('a result', proves, seen.hasResult),
      ...differing('a way to a provider', outcome === null && this.#phase === 'authorizing', seen.isAtProvider),
      ...differing('linkExpiresAt', this.#linkExpiresAt, seen.linkExpiresAt),
      ...differing('why nothing was linked', this.#linkFailure, seen.linkFailure),
    ];
  }

  #answerTo({ event, outcome, answer, correct, precondition }: Said, at: number): Answer {
    if (event === 'start') return ok;
    // Without an awaited return, a provider gets no answer that it could use.
    if (event === 'provider-returned') return this.#phase === 'authorizing' && this.#ended === null ? this.#back(answer, at) : ok;
    if (this.#ended !== null) return notAccepted;
    switch (event) {
      case 'the end of the child':
        if (outcome !== 'verified') return this.#end('cancelled', at);
        this.#phase = this.#phase === 'verifyingEmail' ? 'verifyingPhone' : 'linking';
        return ok;
      case 'continue-without-phone':
        if (this.#phase !== 'verifyingPhone') return notAccepted;
        this.#phase = 'linking';
        return ok;
      case 'skip-link':
        return this.#isLinking ? this.#make(precondition, at) : notAccepted;
      case 'link-account':
        if (!this.#isLinking) return notAccepted;
        this.#phase = 'authorizing';
        this.#awaySince = at;
        this.#linkFailure = null;
        return ok;
      case 'confirm-link':
        return this.#phase === 'confirmingLink' ? this.#confirm(correct, precondition, at) : notAccepted;
      case 'cancel':
        return this.#end('cancelled', at);
      default:
        throw new Error(`Nobody has told the oracle what ${event} should do: add its facts`);
    }
  }

  get #linkExpiresAt(): number | null {
    return this.#ended === null && this.#isAway ? this.#awaySince + this.#facts.linkLifetimeMs : null;
  }

  get #isLinking(): boolean {
    return this.#phase === 'linking' || this.#isAway;
  }

  /** True if a link is under way that will time out by itself. */
  get #isAway(): boolean {
    return this.#phase === 'authorizing' || this.#phase === 'confirmingLink';
  }

  /** An agreement alone links no account yet. An error of the provider is no refusal of the person. */
  #back(answer: string | undefined, at: number): Answer {
    if (answer === 'granted') {
      this.#phase = 'confirmingLink';
      this.#awaySince = at;
      this.#wrongValues = 0;
    } else this.#fail(answer === 'declined' ? 'refused' : 'unavailable');
    return ok;
  }

  #confirm(correct: boolean | undefined, precondition: Said['precondition'], at: number): Answer {
    if (correct === true) {
      this.#fail('refused');
      if (precondition === 'refused') return ok;
      this.#linkFailure = null;
      return this.#make(precondition, at);
    }
    this.#wrongValues += 1;
    if (this.#wrongValues >= this.#facts.confirmationsPerGrant) this.#fail('unconfirmed');
    return { problem: 'wrong-link-value' };
  }

  #fail(failure: string): void {
    this.#phase = 'linking';
    this.#linkFailure = failure;
  }

  #make(precondition: Said['precondition'], at: number): Answer {
    if (precondition === undefined) return this.#end('complete', at);
    // As if the account had existed from the start.
    this.#phase = precondition === 'taken' ? 'verifyingEmail' : 'linking';
    if (precondition === 'link-taken') this.#linkFailure = 'taken';
    return ok;
  }

  #end(outcome: string, at: number): Answer {
    this.#ended = { outcome, at };
    return ok;
  }

  #pass(at: number): void {
    const end = this.#start + this.#facts.sessionLifetimeMs;
    if (this.#ended === null && this.#isAway && at >= this.#awaySince + this.#facts.linkLifetimeMs) this.#fail('expired');
    if (this.#ended === null && at >= end) this.#end('abandoned', end);
  }
}
