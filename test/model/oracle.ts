/**
 * An oracle knows the product's promises and nothing of machines. It watches one session from outside, keeps its own counts, and reports
 * differences. Its facts are those of the product's description, stated here once more in other words than the machines use.
 */
import { wrongMessages } from './inbox.ts';
import { type Answer, type Arrived, differing, type Facts, type Said, type Seen, type Send, wrongWait } from './observation.ts';
import { Recognition } from './recognition.ts';

const ok: Answer = { problem: null };
const notAccepted: Answer = { problem: 'event-not-accepted' };

export class Oracle {
  readonly #facts: Facts;
  readonly #start: number;
  readonly #sends: Send[] = [];
  #codes = 0;
  #firstSentAt = 0;
  #sendsOfCode = 0;
  #wrong = 0;
  #underWay = false;
  #failure: string | null = null;
  #channel: string | null;
  #line: string | null = null;
  /** True while a number or credentials are missing: there is no code then. */
  #awaiting: boolean;
  /** The promises about the account, if there is one. */
  readonly recognition: Recognition;
  #handedOverAt: number | null = null;
  #ended: string | null = null;
  #endedAt = 0;

  constructor(facts: Facts, startedAt: number) {
    this.#facts = facts;
    this.#start = startedAt;
    this.#channel = facts.channel;
    this.#awaiting = facts.asksFor === 'number' || facts.asksFor === 'credentials';
    this.recognition = new Recognition(facts);
  }

  get outcome(): string | null {
    return this.#ended;
  }

  /** A delivery ended. The end of a cancelled delivery is ignored. */
  delivered(at: number, well: boolean): void {
    this.#pass(at);
    if (!this.#underWay) return;
    this.#underWay = false;
    if (well) this.#handedOverAt = at;
    else this.#failure = 'not-sent';
  }

  /**
   * A request was sent.
   * @param arrives true if a message that is sent now will reach the inbox
   * @returns the differences in the answer's verdict
   */
  told(said: Said, at: number, seen: Pick<Seen, 'problem' | 'retryAfterSeconds'>, arrives: boolean): string[] {
    this.#pass(at);
    this.recognition.begin();
    const answer = this.#answerTo(said, at, arrives);
    const verdict = differing(`the answer to ${said.event}`, answer.problem, seen.problem);
    return [...verdict, ...wrongWait(answer, at, seen.retryAfterSeconds, this.#facts.resendCooldownMs)];
  }

  /** @returns the differences in the shown session */
  shows(at: number, seen: Seen): string[] {
    this.#pass(at);
    const state = this.#state(at);
    const entering = this.#ended === null && this.#isValid(at);
    return [
      ...differing('the state', state, seen.state),
      ...differing('the status', this.#ended === null ? 'active' : 'done', seen.status),
      ...differing('the outcome', this.#ended, seen.outcome),
      ...differing('channel', this.#channel, seen.channel),
      ...differing('deliveryFailure', state === 'codeActive.deliveryFailed' ? this.#failure : null, seen.deliveryFailure),
      ...differing('attemptsLeft', this.#facts.guessesPerCode - this.#wrong, seen.attemptsLeft),
      ...differing('sendsLeft', this.#facts.sendsPerCode - this.#sendsOfCode, seen.sendsLeft),
      ...differing('expiresAt', entering ? this.#expiresAt() : null, seen.expiresAt),
      ...differing('canResendAt', state === 'codeActive.cooldown' ? this.#resendableAt() : null, seen.canResendAt),
      ...differing('the accepted events', this.#accepted(at).join(), [...seen.events].sort().join()),
      ...differing('a result', this.#proves(at), seen.hasResult),
      ...differing('how somebody was recognised', this.#proves(at) ? this.recognition.methods : null, seen.methods),
      ...differing('a device that is trusted', this.#proves(at) && this.recognition.trustsDevice, seen.trustsDevice),
      ...differing('tries left', this.recognition.triesLeft, seen.triesLeft),
    ];
  }

  /** @returns the differences in all messages that the person received, oldest first */
  messages(arrived: readonly Arrived[]): string[] {
    return wrongMessages(this.#sends, arrived);
  }

  /** Ends the session if its time is over. */
  #pass(at: number): void {
    if (this.#ended === null && at >= this.#start + this.#facts.sessionLifetimeMs) this.#end('abandoned', at);
    if (!this.#isValid(at)) this.#underWay = false;
  }

  #answerTo(said: Said, at: number, arrives: boolean): Answer {
    // A provider gets no answer that it could use.
    if (said.event === 'delivery-reported') return this.#reported(at, said.failure ?? '');
    if (this.#ended !== null) return notAccepted;
    switch (said.event) {
      case 'start':
        return this.#begin(said, at, arrives);
      case 'submit-credentials':
        return this.#credentials(said, at, arrives);
      case 'provide-number':
        return this.#number(said, at, arrives);
      case 'cancel':
        return this.#end('cancelled', at);
      case 'submit-code':
        return this.#guess(at, said);
      case 'resend-code':
        return this.#resend(at, arrives);
      case 'request-new-code':
        if (this.#awaiting) return notAccepted;
        if (at < this.#expiresAt()) return { problem: 'code-still-valid', until: this.#expiresAt() };
        return this.#anotherCode(at, arrives, said.throttled);
      case 'change-number':
        return this.#anotherNumber();
      case 'switch-channel':
        return this.#resend(at, arrives, said.channel);
      case 'change-email':
        return said.changed === true ? this.#anotherCode(at, arrives, said.throttled) : { problem: 'same-destination' };
      default:
        throw new Error(`Nobody has told the oracle what ${said.event} should do: add its facts`);
    }
  }

  #begin(said: Said, at: number, arrives: boolean): Answer {
    switch (this.#facts.asksFor) {
      case 'nothing':
      case 'confirmation':
        this.#channel = said.channel ?? this.#channel;
        this.#newCode(at, arrives, said.throttled);
        return ok;
      case 'credentials':
        return this.#credentials(said, at, arrives);
      case 'number':
        return said.changed === true ? this.#number(said, at, arrives) : ok;
    }
  }

  #number({ changed, channel, line, throttled }: Said, at: number, arrives: boolean): Answer {
    if (!this.#awaiting) return notAccepted;
    if (changed !== true) return { problem: 'same-destination' };
    if (line === 'landline' && channel === 'sms') return { problem: 'landline-needs-voice' };
    this.#awaiting = false;
    this.#channel = channel ?? null;
    this.#line = line ?? null;
    this.#newCode(at, arrives, throttled);
    return ok;
  }

  #credentials({ correct, trusted, channel, locks }: Said, at: number, arrives: boolean): Answer {
    if (!this.#awaiting) return notAccepted;
    if (correct !== true) {
      if (this.recognition.wrongCredentials(at, locks === true)) this.#end('denied', at);
      return { problem: 'invalid-credentials' };
    }
    this.recognition.rightCredentials(trusted === true);
    if (trusted === true) return this.#end(this.#facts.success, at);
    this.#awaiting = false;
    this.#channel = channel ?? null;
    this.#newCode(at, arrives);
    return ok;
  }

  #anotherNumber(): Answer {
    if (this.#awaiting) return notAccepted;
    if (this.#codes >= this.#facts.codesPerSession) return this.#tooManyCodes();
    this.#awaiting = true;
    this.#underWay = false;
    this.#channel = null;
    this.#wrong = 0;
    this.#sendsOfCode = 0;
    return ok;
  }

  /** The report ends a delivery that the session waits for. Otherwise it has no effect. */
  #reported(at: number, failure: string): Answer {
    if (this.#ended !== null || !this.#isValid(at) || this.#isLocked() || this.#failure !== null) return ok;
    this.#underWay = false;
    this.#failure = failure;
    return ok;
  }

  #guess(at: number, { correct, last, blocked, outdated, trustDevice }: Said): Answer {
    if (this.#awaiting) return notAccepted;
    if (at >= this.#expiresAt()) return { problem: 'code-expired' };
    if (this.#isLocked()) return { problem: 'too-many-attempts', until: this.#expiresAt() };
    if (outdated === true) return this.#end('denied', at, { problem: 'account-changed' });
    if (blocked === true) return { problem: 'too-many-attempts' };
    if (correct === true) {
      this.recognition.correctCode(at, this.#channel, trustDevice === true);
      return this.#end(this.#facts.success, at);
    }
    this.#wrong = last === true ? this.#facts.guessesPerCode : this.#wrong + 1;
    this.recognition.wrongCode(at);
    if (this.#isLocked()) this.#underWay = false;
    return { problem: 'wrong-code' };
  }

  #resend(at: number, arrives: boolean, channel = this.#channel): Answer {
    if (this.#awaiting) return notAccepted;
    if (at >= this.#expiresAt()) return { problem: 'code-expired' };
    if (this.#isLocked()) return { problem: 'too-many-attempts', until: this.#expiresAt() };
    if (this.#underWay) return { problem: 'resend-too-soon', until: null };
    if (this.#failure === null && at < this.#resendableAt()) return { problem: 'resend-too-soon', until: this.#resendableAt() };
    if (this.#line === 'landline' && channel === 'sms') return { problem: 'landline-needs-voice' };
    if (this.#sendsOfCode >= this.#facts.sendsPerCode) return { problem: 'send-limit', until: this.#expiresAt() };
    this.#channel = channel;
    this.#send(at, arrives);
    return ok;
  }

  #tooManyCodes(): Answer {
    return { problem: 'code-limit', until: this.#start + this.#facts.sessionLifetimeMs };
  }

  #anotherCode(at: number, arrives: boolean, throttled?: boolean): Answer {
    if (this.#codes >= this.#facts.codesPerSession) return this.#tooManyCodes();
    this.#newCode(at, arrives, throttled);
    return ok;
  }

  #newCode(at: number, arrives: boolean, throttled = false): void {
    this.#codes += 1;
    this.#wrong = throttled ? this.#facts.guessesPerCode - 1 : 0;
    this.#sendsOfCode = 0;
    this.#firstSentAt = at;
    this.#send(at, arrives);
  }

  #send(at: number, arrives: boolean): void {
    this.#sendsOfCode += 1;
    this.recognition.sent(this.#channel, this.#sendsOfCode);
    this.#underWay = true;
    this.#failure = null;
    this.#handedOverAt = null;
    this.#sends.push({ at, code: this.#codes, arrives });
  }

  #end(outcome: string, at: number, answer = ok): Answer {
    this.#ended = outcome;
    this.#endedAt = at;
    return answer;
  }

  #proves(at: number): boolean {
    return this.#ended === this.#facts.success && at < this.#endedAt + this.#facts.resultLifetimeMs;
  }

  readonly #isLocked = (): boolean => this.#wrong >= this.#facts.guessesPerCode;

  /** True if there is a code that has not expired. */
  #isValid(at: number): boolean {
    return !this.#awaiting && at < this.#expiresAt();
  }

  #expiresAt(): number {
    return this.#firstSentAt + this.#facts.codeLifetimeMs;
  }

  #resendableAt(): number {
    return (this.#handedOverAt ?? Number.POSITIVE_INFINITY) + this.#facts.resendCooldownMs;
  }

  #state(at: number): string {
    if (this.#ended !== null) return this.#ended;
    if (this.#awaiting) return this.#facts.asksFor === 'number' ? 'awaitingNumber' : 'awaitingCredentials';
    if (at >= this.#expiresAt()) return 'expired';
    if (this.#isLocked()) return 'codeActive.locked';
    if (this.#underWay) return 'codeActive.delivering';
    if (this.#failure !== null) return 'codeActive.deliveryFailed';
    return at < this.#resendableAt() ? 'codeActive.cooldown' : 'codeActive.resendable';
  }

  /** In alphabetical order. */
  #accepted(at: number): string[] {
    if (this.#ended !== null) return [];
    if (this.#awaiting) return ['cancel', this.#facts.asksFor === 'number' ? 'provide-number' : 'submit-credentials'];
    const changing = { nothing: ['change-email'], number: ['change-number'], credentials: [], confirmation: [] }[this.#facts.asksFor];
    const another = this.#codes < this.#facts.codesPerSession;
    const expired = at >= this.#expiresAt();
    const waits = this.#underWay || (this.#failure === null && at < this.#resendableAt());
    const sends = !expired && !this.#isLocked() && !waits && this.#sendsOfCode < this.#facts.sendsPerCode;
    return [
      'cancel',
      ...(another ? changing : []),
      ...(expired && another ? ['request-new-code'] : []),
      ...(sends ? ['resend-code'] : []),
      ...(!expired && !this.#isLocked() ? ['submit-code'] : []),
      ...(sends && this.#facts.channel === null ? ['switch-channel'] : []),
    ];
  }
}
