/** Requests to a running service, and its answers as far as a run reads them. */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';

/** The representation of a session. Deadlines stand beside the named members, each under its public name. */
export interface SessionView {
  readonly id: string;
  readonly workflow: string;
  readonly revision: number;
  readonly state: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly type: string }[];
  readonly result: { readonly token: string } | null;
  readonly child?: ChildView | null;
  readonly [deadline: string]: unknown;
}

/** The child session that a session waits for. */
export interface ChildView {
  readonly id: string;
  readonly workflow: string;
  readonly href: string;
  readonly sessionToken: string;
}

/** A representation, or a problem with the session that it is about. */
export interface AnswerBody extends Partial<SessionView> {
  readonly code?: string;
  readonly session?: SessionView;
  readonly sessionToken?: string;
  readonly accessToken?: string;
  readonly deviceToken?: string;
}

export interface Answer<Body = AnswerBody> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of a running service, in this process or another. */
export interface Caller<Body = AnswerBody> {
  readonly url: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer<Body>>;
}

/** Connections are reused: a run makes thousands of requests. */
const agent = new Agent({ keepAlive: true });

/** A stopping service keeps an idle connection open for a moment, because its client might be sending just then. */
export function closeIdleConnections(): void {
  for (const idle of Object.values(agent.freeSockets)) for (const socket of idle ?? []) socket.destroy();
}

/** Sends a request with Node's own client: its `fetch` takes several times as long, which would be most of a run. */
export async function sendRequest(url: string, method: string, { token, body, headers = {} }: CallOptions = {}): Promise<Answer<unknown>> {
  const outgoing = request(url, {
    agent,
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const text = await readText(response);
  const received = new Headers(Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]));
  const isJson = /json/.test(received.get('content-type') ?? '');
  return { status: response.statusCode ?? 0, headers: received, body: isJson && text !== '' ? JSON.parse(text) : text };
}
