/**
 * The signed result of a session's success. A deterministic signature is made by each reader. Any other is made once, by the commit that
 * ends the session, and stored sealed: so a repeated answer is the same, in every process. The session itself shows which of them it has,
 * so a change of the setting changes no result.
 */
import type { TextsBy } from '../../../machines/names.ts';
import type { Workflow } from '../../../machines/workflow.ts';
import type { Results, Success, Vault } from '../../engine/ports.ts';
import { type SealedResult, type Session, statePath } from '../../engine/session.ts';

/** Makes claims of a signed result from the personal details. */
export type Claim<Detail extends string = string> = (personal: TextsBy<Detail>) => Readonly<Record<string, unknown>>;

export interface SessionResultDeps {
  readonly vault: Vault;
  /** The claims of results, by name. */
  readonly claims: Readonly<Record<string, Claim>>;
  readonly signer: {
    /** True if the signatures of new results are deterministic. */
    readonly isDeterministic: boolean;
    /** A signature by the algorithm of new results. */
    signNew(success: Success): Promise<string>;
    /** The deterministic signature. */
    sign(success: Success): Promise<string>;
  };
  /** How long a result is valid and shown, in milliseconds. */
  readonly resultLifetimeMs: number;
  readonly now: () => number;
}

export class SessionResults implements Results {
  readonly #deps: SessionResultDeps;

  constructor(deps: SessionResultDeps) {
    this.#deps = deps;
  }

  async seal(workflow: Workflow, session: Session): Promise<SealedResult | null> {
    const { vault, signer } = this.#deps;
    const success = signer.isDeterministic ? null : this.#successOf(workflow, session);
    if (success === null) return null;
    const token = await signer.signNew(success);
    return { sealed: vault.seal(placeOf(session), { token }), expiresAt: success.expiresAt };
  }

  /** @returns the result of a success while it is valid, else null */
  async tokenOf(workflow: Workflow, session: Session): Promise<string | null> {
    const { vault, signer, now } = this.#deps;
    const success = this.#successOf(workflow, session);
    if (success === null || now() >= this.endOf(session)) return null;
    return session.result === null ? signer.sign(success) : (vault.open(placeOf(session), session.result.sealed)['token'] ?? null);
  }

  /** The end of the validity of a session's result, in milliseconds since the epoch; infinite while the session runs. */
  endOf({ endedAt, result }: Pick<Session, 'endedAt' | 'result'>): number {
    return result?.expiresAt ?? (endedAt === null ? Number.POSITIVE_INFINITY : endedAt + this.#deps.resultLifetimeMs);
  }

  #successOf({ name, success }: Workflow, session: Session): Success | null {
    const { vault, claims, resultLifetimeMs } = this.#deps;
    const { id: sessionId, signingKeyId: keyId, context, endedAt, sealed } = session;
    if (!success || endedAt === null || sealed === null || statePath(session.value) !== success.outcome) return null;
    const personal = vault.open(sessionId, sealed);
    const proved = Object.assign({}, ...success.claims.map((claim) => claims[claim]?.(personal)));
    const login = success.login && { amr: success.login(context, personal).methods, auth_time: Math.floor(endedAt / 1000) };
    const about = { sessionId, keyId, workflow: name, succeededAt: endedAt, expiresAt: endedAt + resultLifetimeMs };
    return { ...about, subject: personal['accountId'] ?? sessionId, claims: { ...proved, ...login } };
  }
}

/** Binds a sealed result to its session, and to this column: the personal details of the session don't open as a result. */
function placeOf({ id }: Session): string {
  return `${id}/result`;
}
