/**
 * Every route of the OpenAPI document, with values that trip parsers, databases and logs in its path, query, headers and body. The answer
 * is a refusal or a result, never an internal error.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/http/openapi-document.ts';
import { AccountHolder } from '../support/account-holder.ts';
import { openApiOptions } from '../support/open-api.ts';
import { givePasskey } from '../support/passkey-holder.ts';
import { type Client, type Json, startTestService, type TestService } from '../support/service.ts';
import { workflows } from '../support/workflows.ts';

const admin = 'a-key-that-only-admins-have';
const nobody = '01930000-0000-7000-8000-000000000000';

const inPaths = [
  ['%00', '%ED%A0%80', '%E0%A4%A', '%', '%2e%2e%2f', '%0d%0aset-cookie:%20a=b', "'%20or%201=1--", '__proto__', 'constructor', '%EF%BB%BF'],
  ['x'.repeat(4_000), nobody, nobody.toUpperCase(), `${nobody}%00`, '-1', '1e400', '%F0%9F%93%B1', '%E2%80%AE'],
].flat();
const inQueries = [...inPaths, '', 'a&{}=b', '%2B1', '[object%20Object]', `${nobody}&{}=${nobody}`];
const inHeaders = [
  '',
  ' ',
  '\u00ff\u0080',
  '"',
  ',,,',
  'x'.repeat(4_000),
  'Bearer',
  'Bearer ..',
  `Bearer ${'a.'.repeat(400)}`,
  'Basic Og==',
  '-1',
  '%00',
];
const headers =
  'X-Agent Idempotency-Key Prefer Accept-Language X-Forwarded-For X-Client-Key X-Request-Id Content-Type Accept If-None-Match Origin Range'.split(
    ' ',
  );

/** JSON texts that replace any value. */
const inBodies = [
  [
    '"\\u0000"',
    '"a\\u0000b@example.com"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '""',
    '" "',
    '"\\ufeff"',
    '"\\u202e"',
    `"${'x'.repeat(60_000)}"`,
  ],
  ['null', 'true', '0', '-0', '1e400', '-1e-400', '9007199254740993', '[]', '{}', '[[]]', '{"__proto__":{"admin":true}}', '{"toString":1}'],
  [
    `${'['.repeat(9_000)}${']'.repeat(9_000)}`,
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    '"%00"',
    '"{{7*7}}"',
    '"2026-99-99T99:99:99Z"',
    '"P999999999999D"',
  ],
].flat();

/** Whole bodies. */
const bodies = [
  ['', ' ', '{', '{}{}', '{},', '[]', 'null', '"a"', '\ufeff{}', '{"a":1,"a":2}', '{"__proto__":null}', "{'a':1}", '{"a":NaN}', '\u0000'],
  [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
].flat();

interface Operation {
  readonly parameters?: readonly Json[];
  readonly requestBody?: Json;
}

const document: Json = openApiDocument(workflows.latest(), openApiOptions({ publicUrl: 'http://127.0.0.1', clientKeys: true }));
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [method.toUpperCase(), path, operation] as const),
);

/** A body with the required fields, or with all. Operations whose body has no fields refer to one. */
function exampleOf(requestBody: Json, fields: 'least' | 'most'): Json {
  const { content } = document.components.requestBodies[requestBody?.$ref?.split('/').at(-1)] ?? requestBody ?? { content: {} };
  const { examples, example } = content['application/json'] ?? {};
  return examples?.[fields].value ?? example;
}

let service: TestService;
let client: Client;
/** A session of each collection, with a party that may act on it. */
let known: Map<string, { readonly id: string; readonly authorization: string }>;

beforeAll(async () => {
  service = await startTestService('PostgreSQL', { ADMIN_KEYS: `desk:${admin}`, TRUSTED_PROXIES: '127.0.0.1' });
  client = service.client;
  known = await someOfEach();
});
afterAll(() => service.remove());

async function someOfEach(): Promise<typeof known> {
  const holder = await AccountHolder.make(client);
  // Without a passkey of the account, an unlock of a device is refused.
  await givePasskey(client, holder);
  const { token: owner } = await holder.loginOnDevice();
  const found: typeof known = new Map();
  for (const { name, collection, start } of workflows.latest()) {
    const least = exampleOf(document.paths[`/v1/${collection}`].post.requestBody, 'least');
    const body = start.by === 'agent' ? { ...least, accountId: holder.id } : least;
    const token = start.by === 'agent' ? admin : start.by === 'owner' ? owner : undefined;
    const answer = await client.post(`/v1/${collection}`, body, {
      ...(token === undefined ? {} : { token }),
      headers: { 'x-agent': 'sam' },
    });
    const session = answer.body.session ?? answer.body;
    expect([name, session]).toEqual([name, expect.objectContaining({ id: expect.any(String) })]);
    found.set(collection, { id: session.id, authorization: `Bearer ${session.sessionToken ?? token}` });
  }
  found.set('me', { id: nobody, authorization: `Bearer ${owner}` });
  found.set('accounts', { id: holder.id, authorization: `Bearer ${admin}` });
  return found;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sent as bytes, because a client that checks its requests would send none of these. */
async function send({ method, path, headers: given = {}, body }: Sent): Promise<void> {
  const outgoing = request(client.url, { method, path, headers: { 'content-type': 'application/json', 'x-agent': 'sam', ...given } });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const said = await (response.headers['content-type']?.startsWith('text/event-stream') ? response.destroy() : readText(response));
  const status = response.statusCode ?? 0;
  expect({ method, path: path.slice(0, 200), given, body: body?.slice(0, 200), status, said: status < 500 ? '' : said }).toMatchObject({
    said: '',
  });
  expect(status).not.toBe(0);
}

/** The caller and the target that the path needs. */
function actor(path: string): { readonly id: string; readonly authorization: string } {
  const names = path.split('/');
  const [, own] = [...known].find(([collection]) => names.includes(collection)) ?? [];
  return own ?? { id: nobody, authorization: `Bearer ${admin}` };
}

const filled = (path: string, value: string) => path.replaceAll(/\{\w+\}/g, () => value);

/** The JSON texts of the example with each value replaced in turn. */
function variants(example: unknown, replacement: string): string[] {
  const mark = '\u2603';
  const placed: string[] = [];
  const visit = (value: unknown, put: (changed: unknown) => unknown): void => {
    placed.push(JSON.stringify(put(mark)).replace(`"${mark}"`, () => replacement));
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      visit(inner, (changed) => put(Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }));
    }
  };
  visit(example, (changed) => changed);
  return placed;
}

describe.each(operations)('%s %s', (method, path, { parameters = [], requestBody }) => {
  const target = () => ({ method, headers: { authorization: actor(path).authorization } });
  const example = exampleOf(requestBody, 'most');

  test('accepts any value in its path', async () => {
    if (path.includes('{')) {
      // With a valid body, so that the service comes to use the path.
      const body = example === undefined ? {} : { body: JSON.stringify(example) };
      for (const value of inPaths) await send({ ...target(), ...body, path: filled(path, value) });
    }
    for (const value of inPaths) await send({ ...target(), path: `${filled(path, actor(path).id)}/${value}` });
  });

  test('accepts any value in its query', async () => {
    const names = ['unknown', ...parameters.flatMap((parameter) => (parameter.in === 'query' ? [parameter.name] : []))];
    for (const name of names) {
      for (const value of inQueries)
        await send({ ...target(), path: `${filled(path, actor(path).id)}?${name}=${value.replaceAll('{}', name)}` });
    }
  });

  test('accepts any value in a header', async () => {
    const at = { method, path: filled(path, actor(path).id) };
    for (const value of inHeaders) {
      await send({ ...at, headers: { authorization: value } });
      // With the right key, so that the service reads the other values.
      await send({ ...at, headers: { ...Object.fromEntries(headers.map((name) => [name, value])), ...target().headers } });
    }
  });

  test.runIf(requestBody)('accepts any value as its body', async () => {
    const at = { ...target(), path: filled(path, actor(path).id) };
    for (const body of bodies) await send({ ...at, body });
    if (example !== undefined)
      for (const replacement of inBodies) for (const body of variants(example, replacement)) await send({ ...at, body });
  });
});

test('an event of one workflow does not exist for a session of another', async () => {
  for (const [method, path] of operations) {
    const [, , collection = '', , event] = path.split('/');
    if (event === undefined || !known.has(collection)) continue;
    for (const [other, { id, authorization }] of known)
      await send({
        method,
        path: `/v1/${collection}/${id}/${event}`,
        headers: { authorization },
        body: method === 'POST' ? `{"of":"${other}"}` : '',
      });
  }
});

test('no internal error was counted', async () => {
  expect((await client.get('/metrics')).body).not.toContain('code="internal-error"');
});
