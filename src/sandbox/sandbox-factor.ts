/**
 * The sandbox's own factors, for tests of applications and of machines: the typed code names the result. An account has one of them while a
 * marker says so, which the sandbox's routes set.
 */
import type { EnrolmentVerdict, Factor, FactorAnswer, FactorFailure, FactorVerdict } from '../common/factor.ts';

/** The state of the sandbox's factor in an account. */
export interface SandboxFactorState {
  /** Differs after each replacement; 0 while the account does not have the factor. */
  readonly version: number;
  /** True if the account must have a factor that no imitated page can use. */
  readonly isDemanded: boolean;
  /** True if an imitated page could use the factor. */
  readonly isWeak?: boolean;
}

export interface SandboxFactorStore {
  /** The marker of an account; null without one. */
  marker(accountId: string): Promise<string | null>;
  mark(accountId: string, marker: string): Promise<void>;
}

export const sandboxFactorName = 'sandbox';

/** The name of the sandbox's factor that an imitated page could use. */
const weakName = 'sandbox-code';

const none: SandboxFactorState = { version: 0, isDemanded: false };

const failures: readonly string[] = ['wrong', 'unknown', 'foreign', 'cloned'] satisfies FactorFailure[];

/** The uses left after a code that can be used up. */
const usesLeft: Readonly<Record<string, number>> = { few: 1, more: 5 };

export class SandboxFactor implements Factor {
  readonly name: string;
  readonly title: string;
  readonly isPhishingResistant: boolean;
  readonly isGuessable = true;
  readonly #store: SandboxFactorStore;

  /** @param isWeak true for the factor that an imitated page could use */
  constructor(store: SandboxFactorStore, isWeak = false) {
    this.name = isWeak ? weakName : sandboxFactorName;
    this.title = isWeak ? 'the sandbox’s code' : 'the sandbox’s factor';
    this.isPhishingResistant = !isWeak;
    this.#store = store;
  }

  async state(accountId: string): Promise<SandboxFactorState> {
    const [name, version, ...more] = ((await this.#store.marker(accountId)) ?? '').split(' ');
    if (name !== sandboxFactorName) return none;
    return { version: Number(version), isDemanded: more.includes('demanded'), isWeak: more.includes('weak') };
  }

  async set(accountId: string, { version, isDemanded, isWeak = false }: SandboxFactorState): Promise<void> {
    const more = [...(isDemanded ? ['demanded'] : []), ...(isWeak ? ['weak'] : [])];
    await this.#store.mark(accountId, [sandboxFactorName, version, ...more].join(' '));
  }

  async version(accountId: string): Promise<string | null> {
    const { version, isWeak = false } = await this.state(accountId);
    return version === 0 || isWeak === this.isPhishingResistant ? null : String(version);
  }

  async request(): Promise<Readonly<Record<string, unknown>>> {
    return {};
  }

  async verify({ code = 'wrong' }: FactorAnswer): Promise<FactorVerdict> {
    const methods = ['otp', 'mfa'];
    if (code === 'correct') return { result: 'correct', methods };
    const left = usesLeft[code];
    if (left !== undefined) return { result: 'correct', methods, left, isRunningOut: code === 'few' };
    return { result: isFailure(code) ? code : 'wrong' };
  }

  async enrolment(): Promise<Readonly<Record<string, unknown>>> {
    return {};
  }

  async verifyEnrolment({ code = 'wrong' }: FactorAnswer): Promise<EnrolmentVerdict> {
    if (code === 'correct' || code === 'taken') return { result: 'correct', credential: { code } };
    return { result: code === 'foreign' ? 'foreign' : 'wrong' };
  }

  async enrol({ code }: Readonly<Record<string, string>>, { accountId }: { readonly accountId: string }): Promise<'enrolled' | 'taken'> {
    if (code === 'taken') return 'taken';
    if ((await this.version(accountId)) === null) {
      const { version, isDemanded } = await this.state(accountId);
      await this.set(accountId, { version: version + 1, isDemanded, isWeak: !this.isPhishingResistant });
    }
    return 'enrolled';
  }
}

function isFailure(code: string): code is FactorFailure {
  return failures.includes(code);
}
