/** The messages in the inbox of the sandbox, for all addresses of a person. */

import type { ArrivedCode, ArrivedNotice } from '../../src/testing/promises/differences.ts';
import type { Client } from '../support/service.ts';

type Addresses = readonly string[];

/** The notices to the owner of an account, oldest first. */
export async function noticesTo(addresses: Addresses, client: Client, t0: number): Promise<ArrivedNotice[]> {
  const lists = await Promise.all(addresses.map((address) => client.messages(address)));
  return lists
    .flatMap((list) => list.toReversed().filter(({ notice }) => notice !== null && notice !== 'account-exists'))
    .map(({ sentAt, notice }) => ({ at: Date.parse(sentAt) - t0, notice }))
    .sort((a, b) => a.at - b.at);
}

/** The codes of one session, oldest first. */
export async function codesOf(sessionId: string, addresses: Addresses, client: Client, t0: number): Promise<ArrivedCode[]> {
  const lists = await Promise.all(addresses.map((address) => client.codes(address)));
  return lists
    .flatMap((list) => list.toReversed().filter((message) => message.sessionId === sessionId))
    .map(({ sentAt, code }) => ({ at: Date.parse(sentAt) - t0, code }))
    .sort((a, b) => a.at - b.at);
}

export async function newestCode(addresses: Addresses, client: Client): Promise<string | null> {
  const codes = (await Promise.all(addresses.map((address) => client.codes(address)))).flat();
  codes.sort((a, b) => Date.parse(b.sentAt) - Date.parse(a.sentAt));
  return codes[0]?.code ?? null;
}

/** The number of codes of all sessions. */
export async function codesArrived(addresses: Addresses, client: Client): Promise<number> {
  return (await Promise.all(addresses.map((address) => client.codes(address)))).flat().length;
}
