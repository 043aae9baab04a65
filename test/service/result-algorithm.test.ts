/** The algorithm of results, `RESULT_ALGORITHM`: every reader gets the same token until it expires, whatever is set in the meantime. */
import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Json, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

type Algorithm = 'EdDSA' | 'ES256';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [old, next] = [key('old'), key('new')];
const publicUrl = 'https://verify.example';
const account = { email: 'owner@example.com', password: 'a quiet evening in Porto' };

let database: TestDatabase;
const services: Service[] = [];
/** Two processes that sign with ES256, one that signs with EdDSA, and one with a new first key. */
let one: Client;
let other: Client;
let edwards: Client;
let rotated: Client;
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  [one, other] = [await node('ES256'), await node('ES256')];
  [edwards, rotated] = [await node('EdDSA'), await node('ES256', `${next},${old}`)];
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await database.remove();
});

async function node(algorithm: Algorithm, secretKeys = old): Promise<Client> {
  const settings = { SECRET_KEYS: secretKeys, PUBLIC_URL: publicUrl, AUDIENCE: 'shop', RESULT_ALGORITHM: algorithm };
  const service = await startIn({ ...database.environment, ...settings });
  services.push(service);
  return new Client(service.url);
}

/** A session that succeeded, its answer, and ways to ask for the answer again. */
async function succeeded(client: Client, collection = 'email-verifications', start: object = {}) {
  const body = { email: `${randomBytes(4).toString('hex')}@example.com`, ...start };
  const session = await client.start(collection, body);
  const code = { code: await client.codeFor(body.email) };
  const headers = { 'idempotency-key': randomBytes(16).toString('hex') };
  const { body: answer } = await session.send('submit-code', code, headers);
  const read = (through: Client) => session.through(through).read();
  const repeated = async (through: Client) => (await session.through(through).send('submit-code', code, headers)).body;
  return { session, answer, token: String(answer.result.token), read, repeated };
}

/** Verifies a token as an application does, with the public keys of a node. */
async function verified({ token, answer }: { readonly token: string; readonly answer: Json }, client: Client, algorithm: Algorithm) {
  const keys = createRemoteJWKSet(new URL(`${client.url}/.well-known/jwks.json`));
  const expected = { issuer: publicUrl, audience: 'shop', typ: 'verification-result+jwt', algorithms: [algorithm] };
  const { payload } = await jwtVerify(token, keys, { ...expected, currentDate: new Date(answer.updatedAt) });
  expect(payload.jti).toBe(answer.id);
}

async function rowOf(id: string): Promise<Json> {
  const client = new pg.Client({ connectionString: database.environment['DATABASE_URL'] });
  await client.connect();
  const { rows } = await client.query('select * from sessions where id = $1', [id]).finally(() => client.end());
  return rows[0];
}

test('an ES256 result is the same in every answer of every process', async () => {
  const success = await succeeded(one);
  await verified(success, other, 'ES256');
  const { answer, read, repeated } = success;
  const answers = [one, other, one, other].flatMap((client) => [read(client), repeated(client)]);
  for (const again of await Promise.all(answers)) expect(again).toEqual(answer);
});

test('a change of the algorithm changes no earlier result, and every node has the keys of both', async () => {
  const [es256, eddsa] = [await succeeded(one), await succeeded(edwards)];
  for (const { answer, read, repeated } of [es256, eddsa])
    for (const client of [one, edwards]) expect([await read(client), await repeated(client)]).toEqual([answer, answer]);
  for (const client of [one, edwards]) {
    await verified(es256, client, 'ES256');
    await verified(eddsa, client, 'EdDSA');
  }
});

test('a new first key changes no token of an earlier success', async () => {
  await one.post('/sandbox/accounts', account);
  for (const [before, algorithm] of [
    [one, 'ES256'],
    [edwards, 'EdDSA'],
  ] as const) {
    const [verification, login] = [await succeeded(before), await succeeded(before, 'login-verifications', account)];
    expect(await verification.read(rotated)).toEqual(verification.answer);
    const { result, accessToken } = login.answer;
    expect(await login.read(rotated)).toMatchObject({ result, accessToken });
    expect((await rotated.get('/v1/me', accessToken)).status).toBe(200);
    const renewal = { 'idempotency-key': randomBytes(16).toString('hex') };
    const renewed = async (client: Client) => (await login.session.through(client).send('access-token', {}, renewal)).body;
    const access = await renewed(before);
    expect(await renewed(rotated)).toEqual(access);
    await verified(verification, rotated, algorithm);
  }
});

test('a session of an earlier first key has the result of the first key at its success', async () => {
  for (const [client, kid] of [
    [rotated, 'new:ES256'],
    [edwards, 'old'],
  ] as const) {
    const email = `${randomBytes(4).toString('hex')}@example.com`;
    const session = await one.verify(email);
    const { body } = await session.through(client).submit(await one.codeFor(email));
    expect(decodeProtectedHeader(body.result.token).kid).toBe(kid);
    expect(await session.through(rotated).read()).toEqual(body);
  }
});

test('the public keys name their algorithms, those of the results first', async () => {
  const { body: before } = await edwards.get('/.well-known/jwks.json');
  const { body: after } = await rotated.get('/.well-known/jwks.json');
  const named = (keys: Json[]) => keys.map(({ kid, kty, alg, use }) => [kid, kty, alg, use].join(' '));
  expect(named(before.keys)).toEqual(['old OKP EdDSA sig', 'old:ES256 EC ES256 sig']);
  expect(named(after.keys)).toEqual(['new:ES256 EC ES256 sig', 'old:ES256 EC ES256 sig', 'new OKP EdDSA sig', 'old OKP EdDSA sig']);
});

test('an ES256 result is stored sealed until it expires; an EdDSA result is not stored', async () => {
  await one.freeze();
  const { answer, token, read } = await succeeded(one);
  const stored = await rowOf(answer.id);
  expect(stored.result).toMatch(/^old:[A-Za-z0-9+/=]{500,}$/);
  const text = JSON.stringify(stored);
  for (const part of [token, ...token.split('.')]) {
    expect(text).not.toContain(part);
    expect(text).not.toContain(Buffer.from(part).toString('base64'));
  }
  expect((await rowOf((await succeeded(edwards)).answer.id)).result).toBeNull();
  await one.clock({ advance: 'PT14M59S' });
  expect([(await read(one)).result, (await rowOf(answer.id)).result]).toEqual([{ token }, stored.result]);
  await one.clock({ advance: 'PT1S' });
  expect((await read(one)).result).toBeNull();
  expect(await rowOf(answer.id)).toEqual({ ...stored, result: null, result_expires_at: null });
});
