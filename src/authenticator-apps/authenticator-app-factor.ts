/** The factor `authenticator-app`: codes of an app that shares a secret with the service (RFC 6238). An account has one app at most. */
import type { authenticatorAppFigures } from '../../machines/authenticator-app-figures.ts';
import type { FiguresOf } from '../../machines/figures.ts';
import type { EnrolmentVerdict, Factor, FactorAnswer, FactorSession, FactorVerdict, Json, NewCredential } from '../common/factor.ts';
import type { AppUse, AuthenticatorAppStore, StoredApp } from './authenticator-app-store.ts';
import { qrCode } from './qr-code.ts';
import { type AppSecret, appAddress, isCodeOf, secretText, stepsOf } from './time-codes.ts';

export interface AuthenticatorAppDeps {
  readonly store: AuthenticatorAppStore;
  readonly policy: FiguresOf<typeof authenticatorAppFigures>;
  /** The name that the app shows above the codes. */
  readonly serviceName: string;
  /** Derives the secret of an enrolment from its session: always the same. */
  readonly derive: (session: FactorSession) => Uint8Array;
  /** Seals the secret, bound to the id. */
  readonly vault: {
    seal(id: string, details: Readonly<Record<string, string>>): string;
    open(id: string, sealed: string): Readonly<Record<string, string>>;
  };
}

/** The app proves its possession. The method of the login adds the password. */
const methods = ['otp', 'mfa'] as const;

export class AuthenticatorAppFactor implements Factor {
  readonly name = 'authenticator-app';
  readonly title = {
    en: 'authenticator app',
    es: 'aplicación de autenticación',
    fr: 'application d’authentification',
    de: 'Authenticator-App',
  };
  readonly isPhishingResistant = false;
  readonly isGuessable = true;
  readonly #deps: AuthenticatorAppDeps;

  constructor(deps: AuthenticatorAppDeps) {
    this.#deps = deps;
  }

  async version(accountId: string): Promise<string | null> {
    return (await this.#deps.store.find(accountId))?.enrolment ?? null;
  }

  async request(): Promise<Json> {
    return {};
  }

  async verify({ code }: FactorAnswer, session: FactorSession, attempt: string): Promise<FactorVerdict> {
    const { store, policy } = this.#deps;
    const stored = await store.find(session.accountId);
    if (code === undefined || stored === null) return { result: 'wrong' };
    const app = this.#opened(stored);
    const named = `${session.id} ${attempt}`;
    const former = useOf(stored, named);
    if (former !== null) return verdict(isCodeOf(app, former.step, code));
    const step = stepsOf(app, code, { at: session.at, drift: policy.appCodeDriftSteps }).find((each) => each > stored.lastStep);
    if (step === undefined) return { result: 'wrong' };
    if (await store.use(stored, { step, attempt: named })) return { result: 'correct', methods };
    // Another request was faster. It may have been a repetition of this one.
    const again = await store.find(session.accountId);
    return verdict(again?.enrolment === stored.enrolment && useOf(again, named)?.step === step);
  }

  async enrolment(session: FactorSession, { email }: { readonly email: string }): Promise<Json> {
    const app = this.#newApp(session);
    const address = appAddress(app, { issuer: this.#deps.serviceName, label: email });
    return { secret: app.secret, address, qrCode: qrCode(address), digits: app.digits, periodSeconds: app.periodMs / 1000 };
  }

  /** The code proves that the app took over the secret. The first code of a login is then a later one. */
  async verifyEnrolment({ code }: FactorAnswer, session: FactorSession): Promise<EnrolmentVerdict> {
    const app = this.#newApp(session);
    const step = code === undefined ? undefined : stepsOf(app, code, { at: session.at, drift: this.#deps.policy.appCodeDriftSteps }).at(-1);
    if (step === undefined) return { result: 'wrong' };
    return { result: 'correct', credential: { ...detailsOf(app), lastStep: String(step) } };
  }

  async enrol({ lastStep, ...details }: Readonly<Record<string, string>>, { accountId, key, at }: NewCredential): Promise<'enrolled'> {
    const { store, vault } = this.#deps;
    const sealed = vault.seal(sealedFor(accountId), details);
    await store.enrol({ accountId, enrolment: key, sealed, lastStep: Number(lastStep), at });
    return 'enrolled';
  }

  #newApp(session: FactorSession): AppSecret {
    const { derive, policy } = this.#deps;
    return { secret: secretText(derive(session)), digits: policy.appCodeDigits, periodMs: policy.appCodePeriodMs };
  }

  #opened({ accountId, sealed }: StoredApp): AppSecret {
    const { secret = '', digits, periodMs } = this.#deps.vault.open(sealedFor(accountId), sealed);
    return { secret, digits: Number(digits), periodMs: Number(periodMs) };
  }
}

/** The text that binds a sealed secret to its account, and tells it from the account's other details. */
function sealedFor(accountId: string): string {
  return `${accountId}/authenticator-app`;
}

/** The app keeps the digits and the period that it was added with, so the service keeps them as well. */
function detailsOf({ secret, digits, periodMs }: AppSecret): Readonly<Record<string, string>> {
  return { secret, digits: String(digits), periodMs: String(periodMs) };
}

function useOf({ uses }: StoredApp, attempt: string): AppUse | null {
  return uses.find((use) => use.attempt === attempt) ?? null;
}

function verdict(isCorrect: boolean): FactorVerdict {
  return isCorrect ? { result: 'correct', methods } : { result: 'wrong' };
}
