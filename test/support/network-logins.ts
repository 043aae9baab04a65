/** People whose passwords are guessed from many networks, and their countermeasures. */
import { expect } from 'vitest';
import { freshNumber } from '../../src/testing/participants/numbers.ts';
import { goodPassword as password } from '../../src/testing/participants/password.ts';
import type { Answer, Client, Json } from './service.ts';

export const wrong = '401 invalid-credentials';
export const refused = '429 rate-limited';
export const begun = 'codeActive.cooldown';

export function verdict({ status, body }: Answer): string {
  return status < 300 ? String(body.outcome ?? body.state) : `${status} ${body.code}`;
}

export function waitOf({ headers }: Answer): number {
  return Number(headers.get('retry-after'));
}

/** The number of answers of each kind. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[verdict(answer)] = (counts[verdict(answer)] ?? 0) + 1;
  return counts;
}

let people = 0;
let networks = 0;

/** An address in an unused network. */
export function newNetwork(): string {
  networks += 1;
  return `10.${Math.floor(networks / 256)}.${networks % 256}.1`;
}

/** The key of the app, in CLIENT_KEYS. */
export const appKey = 'a-key-of-the-app';

/** A login through the app's server. @param address of the person; null if the server does not tell it */
export function logInThroughApp(client: Client, address: string | null, body: Json, headers: Record<string, string> = {}): Promise<Answer> {
  const forwarded = address === null ? {} : { 'x-forwarded-for': address };
  return client.post('/v1/login-verifications', body, { headers: { 'x-client-key': appKey, ...forwarded, ...headers } });
}

export interface Owner {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly deviceToken: string;
}

export class NetworkLogins {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  async owner(): Promise<Owner> {
    people += 1;
    const account = { email: `owner-${people}@example.com`, phone: freshNumber('mobile') };
    const { body } = await this.client.post('/sandbox/accounts', { ...account, password, trustedDevice: true });
    return { ...account, id: body.id, deviceToken: body.deviceToken };
  }

  later(seconds: number): Promise<number> {
    return this.client.clock({ advance: `PT${seconds}S` });
  }

  tries(email: string, secret: string, address: string, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.client.post('/v1/login-verifications', { email, password: secret, ...more }, { headers: { 'x-forwarded-for': address } });
  }

  /** A completed login with password and code. */
  async logsIn({ email, phone }: Owner, address: string): Promise<void> {
    const { body } = await this.tries(email, password, address);
    const code = await this.client.codeFor(phone);
    const done = await this.client.post(`/v1/login-verifications/${body.id}/submit-code`, { code }, { token: body.sessionToken });
    expect(done.body.outcome).toBe('authenticated');
  }

  /** Ten wrong passwords from as many networks. */
  async tenWrong({ email }: Owner): Promise<void> {
    for (let tried = 0; tried < 10; tried += 1) expect(verdict(await this.tries(email, 'wrong', newNetwork()))).toBe(wrong);
  }

  /** The wrong password that locks an account. */
  async locks({ id, email }: Owner): Promise<void> {
    await this.client.post(`/sandbox/accounts/${id}/wrong-passwords`, { count: 99 });
    const answer = await this.tries(email, 'wrong', newNetwork());
    expect([verdict(answer), answer.body.session.outcome]).toEqual([wrong, 'denied']);
    await this.settles();
  }

  /** The sandbox's clock answers when pending work, such as a mail, is done. */
  async settles(): Promise<void> {
    await this.later(0);
  }

  async mails({ email }: Owner): Promise<Json[]> {
    return (await this.client.messages(email)).filter(({ notice }) => notice === 'password-locked');
  }

  /** The path of the link in the latest mail about a lock. */
  async link(owner: Owner): Promise<string> {
    const [mail] = await this.mails(owner);
    const url = /https?:\/\/\S+\/unlock\?\S+/.exec(mail?.text ?? '')?.[0];
    if (url === undefined) throw new Error('There is no link');
    expect(mail.html.replaceAll('&#x2F;', '/')).toContain(url);
    return new URL(url).pathname + new URL(url).search;
  }

  /** Presses the button of the page. */
  async presses(link: string, address: string): Promise<{ status: number; text: string }> {
    const token = new URLSearchParams(link.slice(link.indexOf('?'))).get('token') ?? '';
    const answer = await fetch(`${this.client.url}/unlock`, {
      method: 'POST',
      headers: { 'x-forwarded-for': address },
      body: new URLSearchParams({ token }),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
