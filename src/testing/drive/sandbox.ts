/** The sandbox of a service under test: its clock and its inbox. */
import type { Caller } from './requests.ts';

/** A message in the inbox. */
export interface InboxMessage {
  readonly sessionId: string;
  readonly sentAt: string;
  readonly code: string | null;
  readonly notice: string | null;
  readonly text?: string;
  readonly link?: string | null;
}

/** Freezes the clock. @returns its time in milliseconds since the epoch */
export function freezeClock(client: Caller): Promise<number> {
  return changeClock(client, { freeze: true });
}

/** Moves the frozen clock to a moment. */
export function moveClock(client: Caller, at: number): Promise<number> {
  return changeClock(client, { set: new Date(at).toISOString() });
}

async function changeClock(client: Caller, change: object): Promise<number> {
  const { now } = await sandbox(client, 'POST', '/sandbox/clock', change);
  return Date.parse(String(now));
}

/** All messages to an address, the newest first. */
export async function messagesTo(client: Caller, address: string): Promise<readonly InboxMessage[]> {
  const { messages } = await sandbox(client, 'GET', `/sandbox/messages?to=${encodeURIComponent(address)}`);
  return messages as readonly InboxMessage[];
}

/** The messages with a code to an address, the newest first. */
export async function codesTo(client: Caller, address: string): Promise<readonly InboxMessage[]> {
  return (await messagesTo(client, address)).filter(({ code }) => code !== null);
}

/** @throws Error for an answer that is no success */
async function sandbox(client: Caller, method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await client.call(method, path, body === undefined ? {} : { body });
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
