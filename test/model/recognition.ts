/**
 * The oracle's facts of a login besides its code: how often credentials may be tried, what a login proves, and the notices to its owner.
 */
import { differing, type Facts, type Told } from './observation.ts';

const hour = 60 * 60 * 1000;

/** A password with a code. A code by email is no second factor (NIST SP 800-63B, 5.1.3.1). */
const methodsBy: Readonly<Record<string, string>> = { sms: 'pwd,otp,sms,mfa', voice: 'pwd,otp,tel,mfa', email: 'pwd' };

export class Recognition {
  readonly #facts: Facts;
  #wrong = 0;
  /** True if the current code was mailed. */
  #mailed = false;
  #asides: string[] = [];
  readonly #told: Told[] = [];
  /** The methods of authentication, after a success (RFC 8176). */
  methods: string | null = null;
  trustsDevice = false;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** Wrong credentials that are left; null if none are asked for. */
  get triesLeft(): number | null {
    return this.#isLogin ? this.#facts.credentialsPerSession - this.#wrong : null;
  }

  /** A new request: the effects of the one before are complete. */
  begin(): void {
    this.#asides = [];
  }

  /**
   * @param lock true if these wrong credentials lock the account, so that its owner is told @returns true if these were the last that may
   * be wrong
   */
  wrongCredentials(at: number, lock: boolean): boolean {
    this.#wrong += 1;
    if (lock) this.tell(at, 'password-locked');
    return lock || this.#wrong >= this.#facts.credentialsPerSession;
  }

  rightCredentials(onTrustedDevice: boolean): void {
    this.#wrong = 0;
    if (!onTrustedDevice) return;
    this.methods = 'pwd';
    this.#asides.push('rememberNetwork');
  }

  /** The same code goes over another channel. A code that was also mailed does not prove that the person has the telephone. */
  sent(channel: string | null, sendNumber: number): void {
    this.#mailed = channel === 'email' || (sendNumber > 1 && this.#mailed);
  }

  correctCode(at: number, channel: string | null, trustsDevice: boolean): void {
    // Earlier wrong codes no longer count. A trusted device does not reset them.
    if (this.#hasOwner) this.#asides.push('forgetWrongCodes');
    if (!this.#isLogin) return;
    this.#asides.push('rememberNetwork');
    this.methods = methodsBy[this.#mailed ? 'email' : (channel ?? '')] ?? null;
    this.trustsDevice = trustsDevice;
    if (!trustsDevice) return;
    this.#asides.push('trustDevice');
    this.tell(at, 'new-device');
  }

  wrongCode(at: number): void {
    if (this.#hasOwner) this.tell(at, 'wrong-code');
  }

  /** Expects a notice to the owner. */
  tell(at: number, notice: string): void {
    this.#asides.push(notice);
    this.#told.push({ at, notice });
  }

  /** @returns the differences in the notices that the last request caused, and in the account's records */
  tells(asides: readonly string[]): string[] {
    const due = this.#asides.sort().join();
    this.#asides = [];
    return differing('what is done besides', due, [...asides].sort().join());
  }

  /** @returns the differences in all notices to the owner, oldest first: one of an attack per hour */
  owner(told: readonly Told[]): string[] {
    const due: Told[] = [];
    for (const each of this.#told) {
      const again = due.some(({ at, notice }) => notice === each.notice && notice === 'wrong-code' && at > each.at - hour);
      if (!again) due.push(each);
    }
    // Notices of one moment are separate tasks, in any order.
    const inOrder = (all: readonly Told[]) => all.toSorted((a, b) => a.at - b.at || a.notice.localeCompare(b.notice));
    const text = (all: readonly Told[]) =>
      inOrder(all)
        .map(({ at, notice }) => `${notice} at ${at}`)
        .join();
    return differing('what the owner was told', text(due), text(told));
  }

  get #hasOwner(): boolean {
    return this.#isLogin || this.#facts.asksFor === 'confirmation';
  }

  get #isLogin(): boolean {
    return this.#facts.asksFor === 'credentials';
  }
}
