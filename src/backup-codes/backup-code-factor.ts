/** The factor `backup-code`: codes on paper, each good once, for an owner whose other factors are out of reach. */
import type { backupCodeFigures } from '../../machines/backup-code-figures.ts';
import type { FiguresOf } from '../../machines/figures.ts';
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { EnrolmentVerdict, Factor, FactorAnswer, FactorSession, FactorVerdict, Json, NewCredential } from '../common/factor.ts';
import type { BackupCodeStore, StoredCodes } from './backup-code-store.ts';
import { codeText, typedBackupCode } from './code-text.ts';

export interface BackupCodeDeps {
  readonly store: BackupCodeStore;
  readonly policy: FiguresOf<typeof backupCodeFigures>;
  /** Derives a code of an enrolment from its session: the same number gives the same bytes. */
  readonly derive: (session: FactorSession, number: number) => Uint8Array;
  /**
   * Hashes a code of an account with a secret key. The database holds 50 bits as an HMAC, and no slow hash: without the secret key nothing
   * can be tried out, and a thief of the key can derive every emailed code anyway. A slow hash would let ten guesses keep a processor busy.
   */
  readonly hash: (keyId: string, accountId: string, code: string) => string;
  /** The secret key for new hashes. */
  readonly currentKeyId: string;
  /** The secret keys whose hashes can be compared. */
  readonly keyIds: readonly string[];
}

/**
 * A code from a list is a one-time password: RFC 8176 names no other method for look-up secrets, and lists the standards of `otp` as
 * examples. The list is something that its owner has (NIST SP 800-63B-4, 3.1.2), so with the password it is a second factor.
 */
const methods = ['otp', 'mfa'] as const;

export class BackupCodeFactor implements Factor {
  readonly name = 'backup-code';
  readonly title = { en: 'backup code', es: 'código de respaldo', fr: 'code de secours', de: 'Ersatzcode' };
  readonly isPhishingResistant = false;
  readonly isGuessable = true;
  readonly #deps: BackupCodeDeps;

  constructor(deps: BackupCodeDeps) {
    this.#deps = deps;
  }

  /** Null also when no code is left: a login then offers other factors. */
  async version(accountId: string): Promise<string | null> {
    const stored = await this.#found(accountId);
    return stored === null || stored.unused.length === 0 ? null : stored.enrolment;
  }

  async isSpent(accountId: string, version: string): Promise<boolean> {
    const stored = await this.#found(accountId);
    return stored !== null && stored.unused.length === 0 && stored.enrolment === version;
  }

  async request(): Promise<Json> {
    return {};
  }

  async verify({ code }: FactorAnswer, session: FactorSession, attempt: string): Promise<FactorVerdict> {
    const { store, hash } = this.#deps;
    const typed = code === undefined ? null : typedBackupCode(code);
    const stored = typed === null ? null : await this.#found(session.accountId);
    if (typed === null || stored === null) return { result: 'wrong' };
    const guess = hash(stored.keyId, session.accountId, typed);
    const use = { hash: guess, attempt: `${session.id} ${attempt}` };
    const former = leftAfter(stored, use);
    if (former !== null) return this.#correct(former);
    if (!stored.unused.some((each) => equalsInConstantTime(each, guess))) return { result: 'wrong' };
    const left = await store.use(stored, use);
    if (left !== null) return this.#correct(left);
    // Another request was faster. It may have been a repetition of this one.
    const again = await this.#found(session.accountId);
    const repeated = again?.enrolment === stored.enrolment ? leftAfter(again, use) : null;
    return repeated === null ? { result: 'wrong' } : this.#correct(repeated);
  }

  async enrolment(session: FactorSession): Promise<Json> {
    return { codes: this.#newCodes(session) };
  }

  /** One of the codes proves that the owner has them at hand. It stays unused. */
  async verifyEnrolment({ code }: FactorAnswer, session: FactorSession): Promise<EnrolmentVerdict> {
    const { hash, currentKeyId } = this.#deps;
    const codes = this.#newCodes(session).flatMap((each) => typedBackupCode(each) ?? []);
    const typed = code === undefined ? null : typedBackupCode(code);
    if (typed === null || !codes.some((each) => equalsInConstantTime(each, typed))) return { result: 'wrong' };
    const hashes = codes.map((each) => hash(currentKeyId, session.accountId, each));
    return { result: 'correct', credential: { keyId: currentKeyId, hashes: hashes.join(' ') } };
  }

  async enrol({ keyId = '', hashes = '' }: Readonly<Record<string, string>>, { accountId, key, at }: NewCredential): Promise<'enrolled'> {
    await this.#deps.store.enrol({ accountId, enrolment: key, keyId, unused: hashes.split(' '), at });
    return 'enrolled';
  }

  #correct(left: number): FactorVerdict {
    return { result: 'correct', methods, left, isRunningOut: left <= this.#deps.policy.backupCodesWarning };
  }

  /** The codes of an enrolment, all different. */
  #newCodes(session: FactorSession): string[] {
    const codes = new Set<string>();
    for (let number = 1; codes.size < this.#deps.policy.backupCodes; number += 1) codes.add(codeText(this.#deps.derive(session, number)));
    return [...codes];
  }

  /** Codes that were hashed with a removed secret key count as absent. */
  async #found(accountId: string): Promise<StoredCodes | null> {
    const stored = await this.#deps.store.find(accountId);
    return stored !== null && this.#deps.keyIds.includes(stored.keyId) ? stored : null;
  }
}

/** @returns the number of codes that were left after a former use of this attempt; null if the attempt used none */
function leftAfter({ unused, uses }: StoredCodes, { hash, attempt }: { readonly hash: string; readonly attempt: string }): number | null {
  const place = uses.findIndex((use) => use.attempt === attempt && use.hash === hash);
  return place === -1 ? null : unused.length + uses.length - (place + 1);
}
