/** The passkeys of accounts. Each challenge is derived from the session that asks for it, so none is stored. */
import { createHash } from 'node:crypto';
import type { EnrolmentVerdict, FactorAnswer, FactorFailure, FactorSession, Json, NewCredential } from '../common/factor.ts';
import type { Passkey, PasskeyStore } from './passkey-store.ts';
import type { RelyingParty } from './relying-party.ts';
import { creationOptions, readAssertion, requestOptions, verifiedCreation, verifiedUse } from './webauthn.ts';

/** A session that asks for a passkey. Without an account, the person chooses among the passkeys of the device. */
export type AskingSession = Omit<FactorSession, 'accountId'> & { readonly accountId: string | null };

/** `cloned`: the answer is signed with the key of the passkey, and its counter did not increase. */
export type PasskeyVerdict =
  | { readonly result: 'correct' | 'cloned'; readonly passkey: Passkey }
  | { readonly result: Exclude<FactorFailure, 'cloned'> };

export interface PasskeyDeps {
  readonly party: RelyingParty;
  readonly store: PasskeyStore;
  /** A keyed hash, with the key of a session. */
  readonly mac: (keyId: string, parts: readonly string[]) => Buffer;
  /** Seals the name of a passkey, and opens it. */
  readonly names: { seal(passkeyId: string, name: string): string; open(passkeyId: string, sealed: string): string };
  readonly policy: { readonly passkeysPerAccount: number; readonly passkeyAnswerMs: number };
  readonly newId: () => string;
  readonly now: () => number;
}

/** A passkey for its owner. */
export interface OwnPasskey extends Pick<Passkey, 'id' | 'createdAt' | 'lastUsedAt' | 'backedUp'> {
  readonly name: string | null;
}

type Ceremony = 'get' | 'create';

export class Passkeys {
  readonly #deps: PasskeyDeps;

  constructor(deps: PasskeyDeps) {
    this.#deps = deps;
  }

  get party(): RelyingParty {
    return this.#deps.party;
  }

  /** Differs after each addition and removal; null without a passkey. */
  async version(accountId: string): Promise<string | null> {
    const passkeys = await this.#deps.store.of(accountId);
    if (passkeys.length === 0) return null;
    const ids = passkeys.map(({ id }) => id).sort();
    return createHash('sha256').update(ids.join(' ')).digest('base64url');
  }

  /** True if the account may have no further passkey. */
  async isFull(accountId: string): Promise<boolean> {
    const { store, policy } = this.#deps;
    return (await store.of(accountId)).length >= policy.passkeysPerAccount;
  }

  /** The options for `navigator.credentials.get()`. */
  async request(session: AskingSession): Promise<Json> {
    const passkeys = session.accountId === null ? [] : await this.#deps.store.of(session.accountId);
    return { ...(await requestOptions(this.#challenged('get', session), passkeys, this.#deps.policy.passkeyAnswerMs)) };
  }

  /**
   * Verifies an answer, and records the use of the passkey. A repeated answer to the same request has the same verdict until the session goes
   * on, because the process may die between the record and the commit of the session.
   */
  async verify({ credential }: FactorAnswer, session: AskingSession): Promise<PasskeyVerdict> {
    const { store } = this.#deps;
    const answer = readAssertion(credential);
    if (answer === null) return { result: 'wrong' };
    const passkey = await store.find(answer.id);
    if (passkey === null) return { result: 'unknown' };
    const { userHandle } = answer.response;
    if (session.accountId !== null && passkey.accountId !== session.accountId) return { result: 'foreign' };
    if (userHandle !== undefined && userHandle !== handleOf(passkey.accountId)) return { result: 'foreign' };
    const use = await verifiedUse(answer, passkey, this.#challenged('get', session));
    if (use === null) return { result: 'wrong' };
    const used = await store.use(passkey, { ...use, request: `${session.id} ${session.request}`, at: session.at });
    return used === 'gone' ? { result: 'unknown' } : { result: used === 'used' ? 'correct' : 'cloned', passkey };
  }

  /** The options for `navigator.credentials.create()`. */
  async enrolment(session: FactorSession, { email }: { readonly email: string }): Promise<Json> {
    const { store, policy } = this.#deps;
    const owner = { handle: handleOf(session.accountId), email };
    const passkeys = await store.of(session.accountId);
    return { ...(await creationOptions(this.#challenged('create', session), owner, passkeys, policy.passkeyAnswerMs)) };
  }

  async verifyEnrolment({ credential }: FactorAnswer, session: FactorSession): Promise<EnrolmentVerdict> {
    const { store } = this.#deps;
    const made = await verifiedCreation(credential, this.#challenged('create', session));
    if (made === null) return { result: 'wrong' };
    const known = await store.find(made.credentialId);
    if (known !== null) return { result: known.accountId === session.accountId ? 'wrong' : 'foreign' };
    // The account was not full when the session began.
    if (await this.isFull(session.accountId)) return { result: 'wrong' };
    const { counter, transports, backupEligible, backedUp, ...texts } = made;
    return {
      result: 'correct',
      credential: {
        ...texts,
        counter: String(counter),
        transports: transports.join(' '),
        backupEligible: String(backupEligible),
        backedUp: String(backedUp),
      },
    };
  }

  /** Stores a verified credential. */
  async enrol(credential: Readonly<Record<string, string>>, { accountId, key, name, at }: NewCredential): Promise<'enrolled' | 'taken'> {
    const { store, names, policy, newId } = this.#deps;
    const id = newId();
    const member = (of: string): string => {
      const text = credential[of];
      if (text === undefined) throw new Error(`The credential has no '${of}'`);
      return text;
    };
    const passkey = {
      id,
      accountId,
      credentialId: member('credentialId'),
      publicKey: member('publicKey'),
      counter: Number(member('counter')),
      transports: member('transports').split(' ').filter(Boolean),
      backupEligible: member('backupEligible') === 'true',
      backedUp: member('backedUp') === 'true',
      aaguid: member('aaguid'),
      sealed: name === null ? null : names.seal(id, name),
      createdAt: at,
    };
    return (await store.add(passkey, { key, most: policy.passkeysPerAccount })) === 'added' ? 'enrolled' : 'taken';
  }

  /** The passkeys of an account, the oldest first. */
  async of(accountId: string): Promise<OwnPasskey[]> {
    const { store, names } = this.#deps;
    const passkeys = await store.of(accountId);
    return passkeys.map(({ id, sealed, createdAt, lastUsedAt, backedUp }) => {
      return { id, name: sealed === null ? null : names.open(id, sealed), createdAt, lastUsedAt, backedUp };
    });
  }

  /** @returns true if the account has the passkey */
  rename(accountId: string, id: string, name: string): Promise<boolean> {
    const { store, names } = this.#deps;
    return store.rename(accountId, id, names.seal(id, name));
  }

  /** @returns true if the account had the passkey until now */
  remove(accountId: string, id: string): Promise<boolean> {
    return this.#deps.store.remove(accountId, id, this.#deps.now());
  }

  /** Each session, purpose, account and request has its own challenge, and a registration another one than a proof. */
  #challenged(ceremony: Ceremony, { id, keyId, workflow, accountId, request }: AskingSession) {
    // All answers to an enrolment fit the options that the person saw first.
    const number = ceremony === 'create' ? '' : String(request);
    const challenge = this.#deps.mac(keyId, [ceremony, id, workflow, accountId ?? '', number]);
    return { party: this.#deps.party, challenge: challenge.toString('base64url') };
  }
}

/**
 * The user handle, by which a device tells accounts apart: always the same for an account, also under another secret key. A hash, because the
 * id of an account contains the time of its creation (WebAuthn Level 3, 14.6.1: no personal details).
 */
export function handleOf(accountId: string): string {
  return createHash('sha256').update(`passkeys ${accountId}`).digest('base64url');
}

/**
 * The methods of an answer (RFC 8176). A key that can be copied to other devices is not bound to hardware. The device verified the person,
 * so the key and the person are two factors.
 */
export function methodsOf({ backupEligible }: Pick<Passkey, 'backupEligible'>): string[] {
  return [backupEligible ? 'swk' : 'hwk', 'user', 'mfa'];
}
