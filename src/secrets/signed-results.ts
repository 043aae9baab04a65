/** Signed results, which prove a success to applications. They grant no access to this service. */
import type { Success } from '../engine/ports.ts';
import type { Algorithm, TokenKind, TokenSigner } from './token-signer.ts';

/** An explicit type, so that an application that does not check the audience accepts no other token as a proof (RFC 8725, 3.11). */
const resultType = 'verification-result+jwt';

export class SignedResults {
  readonly #signer: TokenSigner;
  readonly #kind: TokenKind;
  readonly #algorithm: Algorithm;

  /** @param algorithm the algorithm of new results */
  constructor(signer: TokenSigner, audience: string, algorithm: Algorithm = 'EdDSA') {
    this.#signer = signer;
    this.#kind = { type: resultType, audience };
    this.#algorithm = algorithm;
  }

  /** True if the signatures of new results are deterministic. */
  get isDeterministic(): boolean {
    return this.#algorithm === 'EdDSA';
  }

  /** Signs by the algorithm of new results. */
  signNew(result: Success): Promise<string> {
    return this.#sign(result, this.#algorithm);
  }

  /** Deterministic: the same claims give the same token, as long as their secret key is configured. */
  sign(result: Success): Promise<string> {
    return this.#sign(result, 'EdDSA');
  }

  #sign({ sessionId, keyId, workflow, succeededAt, expiresAt, subject, claims }: Success, algorithm: Algorithm): Promise<string> {
    const about = { subject, id: sessionId, issuedAt: succeededAt, expiresAt, keyId };
    return this.#signer.sign(this.#kind, { ...about, claims: { ...claims, workflow } }, algorithm);
  }
}
