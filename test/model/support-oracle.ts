/** The oracle of a support access, as in `oracle.ts`: who may see an account, for how long, and the notices to its owner. */
import { type Answer, differing, type Facts, type Said, type Seen, type Told } from './observation.ts';

const minute = 60_000;
const ok: Answer = { problem: null };
const notAccepted: Answer = { problem: 'event-not-accepted' };

export class SupportOracle {
  readonly #facts: Facts;
  readonly #start: number;
  #grantedUntil: number | null = null;
  #ended: string | null = null;
  #notices: string[] = [];
  readonly #told: Told[] = [];
  readonly recognition = {
    tells: (notices: readonly string[]): string[] => {
      const due = this.#notices.join();
      this.#notices = [];
      return differing('what the owner is told', due, notices.join());
    },
    /** If time alone causes a change, the owner is told when a process notices it, and never earlier than the change. */
    owner: (told: readonly Told[]): string[] => [
      ...differing('what the owner was told', kinds(this.#told), kinds(told)),
      ...told.flatMap(({ at, notice }, index) =>
        at >= (this.#told[index]?.at ?? at) ? [] : [`${notice} was told of at ${at}, too early`],
      ),
    ],
  };

  constructor(facts: Facts, startedAt: number) {
    this.#facts = facts;
    this.#start = startedAt;
  }

  /** No code is ever sent. */
  delivered(): void {}

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
    const granted = this.#grantedUntil !== null;
    const owners = granted ? ['revoke'] : ['deny', 'grant'];
    const accepted = this.#ended !== null ? [] : seen.viewer === 'owner' ? owners : ['cancel'];
    return [
      ...differing('the state', this.#ended ?? (granted ? 'granted' : 'requested'), seen.state),
      ...differing('the status', this.#ended === null ? 'active' : 'done', seen.status),
      ...differing('the outcome', this.#ended, seen.outcome),
      ...differing('endsAt', this.#ended === null ? this.#grantedUntil : null, seen.endsAt),
      ...differing('the accepted events', accepted.join(), [...seen.events].sort().join()),
      ...differing('a result', false, seen.hasResult),
    ];
  }

  messages(arrived: readonly unknown[]): string[] {
    return differing('messages with a code', 0, arrived.length);
  }

  #answerTo({ event, minutes }: Said, at: number): Answer {
    if (event === 'start') return this.#tell(at, 'support-requested');
    if (this.#ended !== null) return notAccepted;
    const granted = this.#grantedUntil !== null;
    switch (event) {
      case 'grant':
        if (granted || minutes === undefined) return notAccepted;
        this.#grantedUntil = at + minutes * minute;
        return this.#tell(at, 'support-granted');
      case 'deny':
        if (granted) return notAccepted;
        this.#ended = 'denied';
        return ok;
      case 'revoke':
        return granted ? this.#end(at) : notAccepted;
      case 'cancel':
        if (granted) return this.#end(at);
        this.#ended = 'cancelled';
        return ok;
      default:
        throw new Error(`Nobody has told the oracle what ${event} should do: add its facts`);
    }
  }

  #end(at: number): Answer {
    this.#ended = 'ended';
    return this.#tell(at, 'support-ended');
  }

  /** An access ends by itself to the second; an unanswered request, after a day. */
  #pass(at: number): void {
    if (this.#ended !== null) return;
    if (this.#grantedUntil !== null) {
      if (at >= this.#grantedUntil) this.#end(this.#grantedUntil);
    } else if (at >= this.#start + this.#facts.sessionLifetimeMs) this.#ended = 'abandoned';
  }

  #tell(at: number, notice: string): Answer {
    this.#notices.push(notice);
    this.#told.push({ at, notice });
    return ok;
  }
}

function kinds(told: readonly Told[]): string {
  return told.map(({ notice }) => notice).join();
}
