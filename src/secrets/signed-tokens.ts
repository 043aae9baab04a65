/** The kinds of tokens that the service signs, with one set of keys. */
import { AccessTokens } from './access-tokens.ts';
import type { Keyring } from './keyring.ts';
import { SignedResults } from './signed-results.ts';
import { TokenSigner } from './token-signer.ts';

/** @param audience the application that results are for */
export function signedTokens(keyring: Keyring, issuer: string, audience: string) {
  const signer = new TokenSigner(keyring, issuer);
  return {
    results: new SignedResults(signer, audience),
    access: new AccessTokens(signer, audience),
    publicKeys: () => signer.publicKeys(),
  };
}
