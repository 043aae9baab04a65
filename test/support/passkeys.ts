/** Passkeys over a database, for a relying party of tests. */
import { randomUUID } from 'node:crypto';
import type { FactorSession } from '../../src/common/factor.ts';
import { Passkeys } from '../../src/passkeys/passkeys.ts';
import { PasskeyRecords } from '../../src/store/passkey-records.ts';
import type { Store } from '../../src/store/store.ts';
import type { Json, SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { keyringOf } from '../secrets/keys.ts';

export const origin = 'https://login.example.com';
const party = { id: 'example.com', origins: [origin, 'https://example.com'], name: 'Example' };

export const enrolledAt = Date.UTC(2026, 0, 1);

export function passkeysOf({ db }: Pick<Store, 'db'>, passkeysPerAccount = 20): Passkeys {
  const keyring = keyringOf('a');
  return new Passkeys({
    party,
    store: new PasskeyRecords(db),
    mac: (keyId, parts) => keyring.mac(keyId, 'module:passkeys', parts),
    names: { seal: (id, name) => `${id}/${name}`, open: (id, sealed) => sealed.slice(id.length + 1) },
    policy: { passkeysPerAccount, passkeyAnswerMs: 300_000 },
    newId: () => randomUUID(),
    now: () => enrolledAt,
  });
}

/** A session of its own, for an account. */
export function sessionOf(accountId: string, more: Partial<FactorSession> = {}): FactorSession {
  return { id: randomUUID(), keyId: 'a', workflow: 'login-verification', accountId, request: 1, at: enrolledAt + 60_000, ...more };
}

/** Enrols a passkey of the authenticator. @returns the account */
export async function enrolled(
  passkeys: Passkeys,
  authenticator: SoftwareAuthenticator,
  accountId: string = randomUUID(),
): Promise<string> {
  const session = sessionOf(accountId, { workflow: 'passkey-registration' });
  const credential = authenticator.create(await passkeys.enrolment(session, { email: 'jane@example.com' }));
  const verdict = await passkeys.verifyEnrolment({ credential }, session);
  if (verdict.result !== 'correct') throw new Error(`The enrolment is ${verdict.result}`);
  const made = { accountId, key: session.id, name: "Jane's phone", at: enrolledAt };
  if ((await passkeys.enrol(verdict.credential, made)) !== 'enrolled') throw new Error('The credential is taken');
  return accountId;
}

/** The options of a request, or of an enrolment, as far as tests read them. */
export interface Options extends Json {
  readonly challenge: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly user?: { readonly id: string; readonly name: string };
}

export async function optionsOf(options: Promise<Json>): Promise<Options> {
  return (await options) as Options;
}
