/**
 * The passkeys of a person in a run, on authenticators in software: one that cannot be copied, one that is copied to other devices, and one
 * of another account. Each answer has the result that its payload names.
 */
import type { Payload, Workflow } from '../../../machines/workflow.ts';
import type { Answer } from '../drive/requests.ts';
import { sessionIn } from '../drive/settled-answer.ts';
import type { AccountState } from './account-state.ts';
import type { BodyFacts } from './bodies.ts';
import { goodPassword as password } from './password.ts';
import { type Json, SoftwareAuthenticator } from './software-authenticator.ts';

type Call = (method: string, path: string, body: unknown) => Promise<Answer>;

/** The session that asks for a passkey, and the means to reach it. */
interface Asking {
  readonly call: Call;
  readonly look: () => Promise<Answer>;
  readonly state: Pick<AccountState, 'enrolmentCode'>;
}

/** The resolvers of the workflows with passkeys. */
const resolvers = ['passkeyLogin', 'deviceUnlock', 'passkeyRegistration'];

interface Keys {
  readonly hardware: SoftwareAuthenticator;
  readonly copied: SoftwareAuthenticator;
  readonly foreign: SoftwareAuthenticator;
}

/** The counter of each passkey at first, so that an earlier one shows a clone. */
const firstCounter = 10;

export class PersonPasskeys {
  #keys: Keys | null = null;
  /** The id of another account. */
  #other = '';

  /** Gives the account two passkeys, and another account one. An account that registers a passkey has none before. */
  async arrange(call: Call, { start }: Workflow, accountId: string, name: string): Promise<void> {
    if (!resolvers.includes(start.resolver ?? '')) return;
    const { body } = await call('POST', '/sandbox/accounts', { email: `passkeys.${name}@example.com`, password });
    this.#other = String(body['id']);
    const made = async (of: string, backupEligible: boolean) => {
      const authenticator = new SoftwareAuthenticator({ backupEligible });
      await authenticator.arrange(async (key) => given(await call('POST', `/sandbox/accounts/${of}/passkeys`, key)), firstCounter);
      return authenticator;
    };
    const owner = start.resolver === 'passkeyRegistration' ? this.#other : accountId;
    this.#keys = { hardware: await made(owner, false), copied: await made(owner, true), foreign: await made(this.#other, false) };
  }

  /** The bodies of answers with a passkey. The second is null if the session enrols another factor. */
  facts(payload: Payload, { call, look, state }: Asking): Pick<BodyFacts, 'passkey' | 'passkeyEnrolment'> {
    const member = async (name: string): Promise<Json | null> => memberOf(sessionIn(await look()).data, name);
    return {
      passkey: async () => this.#proof(payload, await member('request')),
      passkeyEnrolment: async () => {
        const enrolment = await member('enrolment');
        return enrolment !== null && 'challenge' in enrolment
          ? this.#enrolment(payload, enrolment, state.enrolmentCode === 'taken', call)
          : null;
      },
    };
  }

  /** The body of an answer to a request. @param request null in a session that asks for nothing */
  #proof({ result, hardware }: Payload, request: Json | null): unknown {
    if (result === 'cancelled' || result === 'timed-out') return { failure: result };
    if (this.#keys === null || request === null) return { credential: {} };
    const { hardware: key, copied, foreign } = this.#keys;
    switch (result) {
      case 'wrong':
        return { credential: key.force(request, { badSignature: true }) };
      case 'unknown':
        return { credential: key.force(request, { credentialId: Buffer.alloc(32, 7).toString('base64url') }) };
      case 'foreign':
        return { credential: foreign.force(request) };
      case 'cloned':
        return { credential: key.force(request, { counter: 1 }) };
      default:
        return { credential: (hardware === false ? copied : key).force(request) };
    }
  }

  /**
   * The body of an answer to an enrolment.
   * @param isTaken true if the credential is no longer free when it is stored: another account had it, and removed it
   */
  async #enrolment({ result }: Payload, request: Json, isTaken: boolean, call: Call): Promise<unknown> {
    if (result === 'cancelled' || result === 'timed-out') return { failure: result };
    if (result === 'foreign') {
      const { foreign } = this.#keys ?? {};
      return { credential: foreign?.recreate(request, foreign.credentialIds[0] ?? '') };
    }
    const credential = new SoftwareAuthenticator({}).create(request, result === 'wrong' ? { userVerified: false } : {});
    if (isTaken) {
      const body = { credentialId: credential['id'], publicKey: 'A'.repeat(40), isRemoved: true };
      given(await call('POST', `/sandbox/accounts/${this.#other}/passkeys`, body));
    }
    return { credential };
  }
}

function given({ status, body }: Answer): { readonly rpId: string; readonly userHandle: string; readonly origin: string } {
  if (status !== 201) throw new Error(`The sandbox answered ${status}: ${JSON.stringify(body)}`);
  return { rpId: String(body['rpId']), userHandle: String(body['userHandle']), origin: String(body['origin']) };
}

function memberOf(value: unknown, name: string): Json | null {
  const found = isJson(value) ? value[name] : null;
  return isJson(found) ? found : null;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
