/** Signed results, which prove a success to applications. They grant no access to this service. */
import type { TokenKind, TokenSigner } from './token-signer.ts';

/** An explicit type, so that an application that does not check the audience accepts no other token as a proof (RFC 8725, 3.11). */
const resultType = 'verification-result+jwt';

export interface ResultClaims {
  readonly sessionId: string;
  readonly workflow: string;
  /** The time of success, in milliseconds since the epoch. */
  readonly succeededAt: number;
  readonly expiresAt: number;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export class SignedResults {
  readonly #signer: TokenSigner;
  readonly #kind: TokenKind;

  constructor(signer: TokenSigner, audience: string) {
    this.#signer = signer;
    this.#kind = { type: resultType, audience };
  }

  /** Deterministic: the same claims give the same token, as long as the signing key stays the same. */
  sign({ sessionId, workflow, succeededAt, expiresAt, subject, claims }: ResultClaims): Promise<string> {
    const about = { subject, id: sessionId, issuedAt: succeededAt, expiresAt };
    return this.#signer.sign(this.#kind, { ...about, claims: { ...claims, workflow } });
  }
}
