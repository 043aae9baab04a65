/** Every session in which the owner of an account is asked for a passkey. */
import type { AccountHolder } from './account-holder.ts';
import { type Answer, type Client, type Json, TestSession } from './service.ts';

export interface Ceremony {
  readonly name: string;
  /** Starts a session that asks for a passkey of the holder. */
  readonly begin: (client: Client, holder: AccountHolder) => Promise<TestSession>;
  readonly event: 'prove-passkey' | 'prove-factor';
  /** The state after a correct answer, or the outcome. */
  readonly proved: string;
}

/** A session that the owner begins with a login on a trusted device, which is no second factor by itself. */
const ofOwner = (collection: string, body: object) => async (client: Client, holder: AccountHolder) => {
  const { token } = await holder.loginOnDevice();
  return new TestSession(client, await client.post(`/v1/${collection}`, body, { token }), collection);
};

export const ceremonies: readonly Ceremony[] = [
  {
    name: 'a login by passkey',
    begin: (client) => client.start('passkey-logins', {}),
    event: 'prove-passkey',
    proved: 'authenticated',
  },
  {
    name: 'a login by password',
    begin: (client, { email, password }) => client.start('login-verifications', { email, password }),
    event: 'prove-factor',
    proved: 'authenticated',
  },
  { name: 'an unlock', begin: ofOwner('device-unlocks', {}), event: 'prove-passkey', proved: 'unlocked' },
  {
    name: 'a change of the password',
    begin: ofOwner('account-changes', { change: { kind: 'password', password: 'a long night in Coimbra' } }),
    event: 'prove-factor',
    proved: 'applied',
  },
  {
    name: 'the registration of a passkey',
    begin: ofOwner('passkey-registrations', {}),
    event: 'prove-factor',
    proved: 'enrollingFactor',
  },
  {
    name: 'the registration of an authenticator app',
    begin: ofOwner('authenticator-registrations', {}),
    event: 'prove-factor',
    proved: 'enrollingFactor',
  },
  {
    name: 'the replacement of backup codes',
    begin: ofOwner('backup-code-replacements', {}),
    event: 'prove-factor',
    proved: 'enrollingFactor',
  },
];

/** The outcome of an answer: the code of its refusal, the outcome of the session, or its state. */
export function cameTo({ body }: Answer): string {
  return body.code ?? body.outcome ?? body.state;
}

/** Answers with a credential. */
export function proves({ event }: Ceremony, session: TestSession, credential: Json): Promise<Answer> {
  return session.send(event, { credential });
}
