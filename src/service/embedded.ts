/** Answers requests of another server: gives the application the connection and the headers that its own server would. */
import type { IncomingMessage } from 'node:http';
import type { Hono } from 'hono';

/** The part of a connection that the application uses. */
interface Connection {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } };
  readonly outgoing?: { setHeader(name: string, value: string): void };
  /** The address of the client, if a server other than Node’s knows it. */
  readonly address?: string;
}

/** @param connection the bindings of Hono’s Node server, or `{ address }` */
export async function embedded(app: Hono, request: Request, connection: Connection): Promise<Response> {
  if (connection.outgoing !== undefined) return app.fetch(request, connection);
  const headers = new Map<string, string>();
  const { address, incoming = { socket: { remoteAddress: address } } } = connection;
  const outgoing = { setHeader: (name: string, value: string) => headers.set(name, value) };
  const answer = await app.fetch(request, { incoming, outgoing });
  // The answer's own headers win, as with Node’s server.
  const merged = new Headers([...headers]);
  for (const [name, value] of answer.headers) merged.set(name, value);
  return new Response(answer.body, { status: answer.status, headers: merged });
}

/** A request whose body the surrounding server may have read already, as the body parsers of Express do. */
type ReadRequest = IncomingMessage & { readonly body?: unknown; rawBody?: Buffer };

/** Restores a body that was read as JSON, for Hono's Node server: the stream of the request is empty by then. */
export function giveBodyBack(request: ReadRequest): void {
  const { body, rawBody, readableEnded } = request;
  if (!readableEnded || rawBody !== undefined || typeof body !== 'object' || body === null) return;
  request.rawBody = Buffer.from(JSON.stringify(body));
}
