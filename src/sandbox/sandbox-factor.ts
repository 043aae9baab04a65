/**
 * The sandbox's own factor, for tests of applications and of machines: the typed code names the result. An account has it while a marker
 * says so, which the sandbox's routes set.
 */
import type { EnrolmentVerdict, Factor, FactorAnswer, FactorFailure, FactorVerdict } from '../common/factor.ts';

/** The state of the sandbox's factor in an account. */
export interface SandboxFactorState {
  /** Differs after each replacement; 0 while the account does not have the factor. */
  readonly version: number;
  /** True if the account must have a factor that no imitated page can use. */
  readonly isDemanded: boolean;
}

export interface SandboxFactorStore {
  /** The marker of an account; null without one. */
  marker(accountId: string): Promise<string | null>;
  mark(accountId: string, marker: string): Promise<void>;
}

export const sandboxFactorName = 'sandbox';

const none: SandboxFactorState = { version: 0, isDemanded: false };

const failures: readonly string[] = ['wrong', 'unknown', 'foreign', 'cloned'] satisfies FactorFailure[];

/** The uses left after a code that can be used up. */
const usesLeft: Readonly<Record<string, number>> = { few: 1, more: 5 };

export class SandboxFactor implements Factor {
  readonly name = sandboxFactorName;
  readonly title = 'the sandbox’s factor';
  readonly isPhishingResistant = true;
  readonly isGuessable = true;
  readonly #store: SandboxFactorStore;

  constructor(store: SandboxFactorStore) {
    this.#store = store;
  }

  async state(accountId: string): Promise<SandboxFactorState> {
    const [name, version, demanded] = ((await this.#store.marker(accountId)) ?? '').split(' ');
    return name === this.name ? { version: Number(version), isDemanded: demanded === 'demanded' } : none;
  }

  async set(accountId: string, { version, isDemanded }: SandboxFactorState): Promise<void> {
    await this.#store.mark(accountId, `${this.name} ${version}${isDemanded ? ' demanded' : ''}`);
  }

  async version(accountId: string): Promise<string | null> {
    const { version } = await this.state(accountId);
    return version === 0 ? null : String(version);
  }

  async request(): Promise<Readonly<Record<string, unknown>>> {
    return {};
  }

  async verify({ code = 'wrong' }: FactorAnswer): Promise<FactorVerdict> {
    const methods = ['otp', 'mfa'];
    if (code === 'correct') return { result: 'correct', methods };
    const left = usesLeft[code];
    if (left !== undefined) return { result: 'correct', methods, left };
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
    const { version, isDemanded } = await this.state(accountId);
    if (version === 0) await this.set(accountId, { version: 1, isDemanded });
    return 'enrolled';
  }
}

function isFailure(code: string): code is FactorFailure {
  return failures.includes(code);
}
