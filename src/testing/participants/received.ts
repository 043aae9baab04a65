/** The messages in the inbox of the sandbox, for all addresses of a person. */
import type { Caller } from '../drive/requests.ts';
import { codesTo, messagesTo } from '../drive/sandbox.ts';
import type { ArrivedCode, ArrivedNotice } from '../promises/differences.ts';

type Addresses = readonly string[];

/** The notices to the owner of an account, oldest first. */
export async function noticesTo(addresses: Addresses, client: Caller, t0: number): Promise<ArrivedNotice[]> {
  const lists = await Promise.all(addresses.map((address) => messagesTo(client, address)));
  return lists
    .flatMap((list) => list.toReversed().filter(({ notice }) => notice !== null && notice !== 'account-exists'))
    .map(({ sentAt, notice }) => ({ at: Date.parse(sentAt) - t0, notice: notice ?? '' }))
    .sort((a, b) => a.at - b.at);
}

/** The codes of one session, oldest first. */
export async function codesOf(sessionId: string, addresses: Addresses, client: Caller, t0: number): Promise<ArrivedCode[]> {
  const lists = await Promise.all(addresses.map((address) => codesTo(client, address)));
  return lists
    .flatMap((list) => list.toReversed().filter((message) => message.sessionId === sessionId))
    .map(({ sentAt, code }) => ({ at: Date.parse(sentAt) - t0, code: code ?? '' }))
    .sort((a, b) => a.at - b.at);
}

export async function newestCode(addresses: Addresses, client: Caller): Promise<string | null> {
  const codes = (await Promise.all(addresses.map((address) => codesTo(client, address)))).flat();
  codes.sort((a, b) => Date.parse(b.sentAt) - Date.parse(a.sentAt));
  return codes[0]?.code ?? null;
}

/** The number of codes of all sessions. */
export async function codesArrived(addresses: Addresses, client: Caller): Promise<number> {
  return (await Promise.all(addresses.map((address) => codesTo(client, address)))).flat().length;
}

/** A code that differs from the given one. */
export function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
