/** The round of a client of the benchmark, and the answers that it accepts. */
import { randomBytes } from 'node:crypto';
import type { Visit } from './closed-loop.ts';
import type { CodeSink } from './code-sink.ts';
import type { Answer, Connection } from './connection.ts';

const collection = '/v1/email-verifications';

export interface Started {
  readonly id: string;
  readonly token: string;
  /** The state at that time. */
  readonly body: string;
}

/** An email verification from start to success, with one wrong code. */
export function flowVisit(sink: CodeSink): Visit {
  const run = randomBytes(4).toString('hex');
  let people = 0;
  return async (connection, timed) => {
    people += 1;
    // Each client has its own address, because the codes of one address are limited.
    const email = `person-${run}-${people}@example.com`;
    const { id, token } = await timed('start', () => start(connection, email));
    const code = await sink.codeFor(email);
    const path = `${collection}/${id}/submit-code`;
    const wrong = await timed('wrong code', () => connection.post(path, codeBody(otherThan(code)), token));
    expectAnswer(wrong, 422, '"wrong-code"');
    const right = await timed('correct code', () => connection.post(path, codeBody(code), token));
    expectAnswer(right, 200, '"outcome":"verified"');
  };
}

/** Reads a session again and again; each client reads its own. */
export function readVisit(sessions: readonly Started[]): Visit {
  const waiting = [...sessions];
  const of = new Map<Connection, Started>();
  return async (connection, timed) => {
    const session = of.get(connection) ?? waiting.pop();
    if (!session) throw new Error('More clients than sessions');
    of.set(connection, session);
    const answer = await timed('look', () => connection.get(`${collection}/${session.id}`, session.token));
    expectAnswer(answer, 200, '"email-verification"');
  };
}

/** Starts a session. */
export async function start(connection: Connection, email: string): Promise<Started> {
  const body = JSON.stringify({ email, device: { type: 'Phone', name: 'Kitchen phone' }, locale: 'en' });
  const answer = await connection.post(collection, body, null);
  expectAnswer(answer, 201, '"sessionToken"');
  const { id, sessionToken }: { id: string; sessionToken: string } = JSON.parse(answer.body);
  return { id, token: sessionToken, body: answer.body };
}

function codeBody(code: string): string {
  return `{"code":"${code}"}`;
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

function expectAnswer({ status, body }: Answer, wanted: number, holding: string): void {
  if (status !== wanted || !body.includes(holding)) throw new Error(`${status} instead of ${wanted}: ${body.slice(0, 300)}`);
}
