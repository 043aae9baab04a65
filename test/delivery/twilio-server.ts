/** A stand-in for Twilio's REST API on a free port of this machine, as its documentation describes it. */
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, ReceivedRequests } from './local-server.ts';

export const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'f'.repeat(32) };

export interface TwilioRequest {
  readonly resource: 'Messages' | 'Calls';
  readonly form: Readonly<Record<string, string>>;
  readonly idempotencyToken: string | undefined;
  readonly authorization: string | undefined;
  readonly sid: string;
}

/** The server's behaviour for a request. */
export type TwilioAnswer =
  | { readonly kind: 'accept' }
  /** An answer of another status, with Twilio's error document. */
  | { readonly kind: 'refuse'; readonly status: number; readonly code?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'hang' }
  /** Accepted, and answered when the promise resolves. */
  | { readonly kind: 'slow'; readonly until: Promise<void> }
  /** The message is accepted, and the connection breaks before the answer. */
  | { readonly kind: 'drop' };

export interface TwilioServer {
  readonly url: string;
  readonly requests: TwilioRequest[];
  /** The behaviour for the next requests, in order. All others are accepted. */
  readonly answers: TwilioAnswer[];
  /** Resolves when `count` requests have arrived in all. */
  received(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startTwilio(): Promise<TwilioServer> {
  const requests = new ReceivedRequests<TwilioRequest>();
  const answers: TwilioAnswer[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const resource = /^\/2010-04-01\/Accounts\/([^/]+)\/(Messages|Calls)\.json$/.exec(request.url ?? '');
      if (request.method !== 'POST' || resource?.[1] !== account.accountSid) return refuse(response, 404, 20404);
      const sid = `${resource[2] === 'Calls' ? 'CA' : 'SM'}${randomBytes(16).toString('hex')}`;
      const token = request.headers['i-twilio-idempotency-token'];
      requests.add({
        resource: resource[2] as TwilioRequest['resource'],
        form: Object.fromEntries(new URLSearchParams(body)),
        idempotencyToken: Array.isArray(token) ? token.join() : token,
        authorization: request.headers.authorization,
        sid,
      });
      answer(request, response, sid, answers.shift() ?? { kind: 'accept' });
    });
  });
  const { origin, stop } = await listen(server);
  return { url: origin, requests: requests.all, answers, received: (count) => requests.received(count), stop };
}

function answer(request: IncomingMessage, response: ServerResponse, sid: string, how: TwilioAnswer): void {
  switch (how.kind) {
    case 'accept':
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ sid, account_sid: account.accountSid, status: 'queued', error_code: null, error_message: null }));
      return;
    case 'refuse':
      refuse(response, how.status, how.code, how.headers);
      return;
    case 'drop':
      request.socket.destroy();
      return;
    case 'hang':
      return;
    case 'slow':
      void how.until.then(() => answer(request, response, sid, { kind: 'accept' }));
      return;
    default:
      how satisfies never;
  }
}

function refuse(response: ServerResponse, status: number, code?: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  const document = {
    code,
    message: 'The number +33612345678 and the code 042917',
    more_info: 'https://www.twilio.com/docs/errors',
    status,
  };
  response.end(status >= 500 ? 'Service Unavailable' : JSON.stringify(document));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/**
 * A status callback with Twilio's signature: HMAC-SHA1, keyed with the account's token, in base64. It covers the URL, and the names and
 * values of the form in the order of the names.
 */
export function signedForm(url: string, form: Readonly<Record<string, string>>, authToken = account.authToken) {
  const text = Object.keys(form)
    .sort()
    .reduce((signed, name) => `${signed}${name}${form[name]}`, url);
  const signature = createHmac('sha1', authToken).update(text).digest('base64');
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
  return { headers, body: new URLSearchParams(form).toString() };
}
