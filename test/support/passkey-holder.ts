/** An account of the sandbox whose owner has a passkey, on an authenticator in software. */
import { type AuthenticatorOptions, SoftwareAuthenticator } from '../../src/testing/participants/software-authenticator.ts';
import { AccountHolder, type LoggedIn } from './account-holder.ts';
import type { Client, Json, TestSession } from './service.ts';

export interface PasskeyHolder {
  readonly holder: AccountHolder;
  /** A login by a code, from before the passkey. */
  readonly login: LoggedIn;
  readonly authenticator: SoftwareAuthenticator;
}

/** The origin of the service's own pages. */
export function originOf(client: Client): string {
  return client.url.replace('//127.0.0.1:', '//localhost:');
}

export async function givePasskey(
  client: Client,
  holder: Pick<AccountHolder, 'id'>,
  options: Partial<AuthenticatorOptions> = {},
): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator(options);
  await authenticator.arrange(async (key) => {
    const { status, body } = await client.post(`/sandbox/accounts/${holder.id}/passkeys`, key);
    if (status !== 201) throw new Error(`The sandbox answered ${status}: ${JSON.stringify(body)}`);
    return body;
  });
  return authenticator;
}

export async function holderWithPasskey(client: Client, options: Partial<AuthenticatorOptions> = {}): Promise<PasskeyHolder> {
  const holder = await AccountHolder.make(client);
  const login = await holder.login();
  return { holder, login, authenticator: await givePasskey(client, holder, options) };
}

/** The request of a session to the device. */
export async function requestOf(session: TestSession): Promise<Json> {
  return (await session.read()).data.request;
}
