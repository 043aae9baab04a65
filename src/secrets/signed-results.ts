/** Signed results: what a success proves, for the applications that are shown it. They open nothing here. */
import type { TokenKind, TokenSigner } from './token-signer.ts';

/** Explicit, so that no other token of the service passes for a proof where nobody looks at the audience (RFC 8725, 3.11). */
const resultType = 'verification-result+jwt';

export interface ResultClaims {
  readonly sessionId: string;
  readonly workflow: string;
  /** The moment of success, in milliseconds since the epoch. */
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

  /** The same claims give the same token as long as the signing key is the same. */
  sign({ sessionId, workflow, succeededAt, expiresAt, subject, claims }: ResultClaims): Promise<string> {
    const about = { subject, id: sessionId, issuedAt: succeededAt, expiresAt };
    return this.#signer.sign(this.#kind, { ...about, claims: { ...claims, workflow } });
  }
}
