/**
 * A careful service for one purpose, as it would be written by hand: one statement per request that checks the token, counts
 * the guess, changes the state and keeps the history, durable before the answer. Codes and tokens are stored hashed. It keeps
 * no durable timers and no limits across sessions, sends a message once, and signs no result.
 */
import { createHash, createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { type Context, Hono } from 'hono';
import pino from 'pino';
import { codeLifetimeMs, guessesPerCode, listen, openPool, sendCode, setting } from './listening.ts';

const schema = `
create table verifications (
  id uuid primary key,
  revision integer not null,
  email text not null,
  device_type text,
  device_name text,
  locale text,
  token_hash bytea not null,
  code_hash bytea not null,
  state text not null,
  attempts integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  expires_at timestamptz not null
) with (fillfactor = 80);
create index verifications_expire on verifications (expires_at) where state = 'codeActive';
create table verification_history (
  verification_id uuid not null,
  revision integer not null,
  at timestamptz not null,
  event text not null,
  from_state text,
  to_state text not null,
  refusal text,
  primary key (verification_id, revision)
)`;

const startStatement = `
with started as (
  insert into verifications (
    id, revision, email, device_type, device_name, locale, token_hash, code_hash, state, attempts, created_at, updated_at, expires_at
  ) values ($1, 1, $2, $3, $4, $5, $6, $7, 'codeActive', 0, now(), now(), $8)
  returning id, revision, state
)
insert into verification_history select id, revision, now(), 'start', null, state, null from started`;

const submitStatement = `
with tried as (
  update verifications set
    revision = revision + 1,
    attempts = attempts + case when code_hash = $3 then 0 else 1 end,
    state = case when code_hash = $3 then 'verified' when attempts + 1 >= ${guessesPerCode} then 'locked' else state end,
    updated_at = now()
  where id = $1 and token_hash = $2 and state = 'codeActive' and attempts < ${guessesPerCode} and expires_at > now()
  returning id, revision, email, state, attempts, created_at, updated_at, expires_at, code_hash = $3 as correct
), noted as (
  insert into verification_history
  select id, revision, now(), 'submit-code', 'codeActive', state, case when correct then null else 'wrong-code' end from tried
)
select * from tried`;

interface Verification {
  readonly id: string;
  readonly revision: number;
  readonly email: string;
  readonly state: string;
  readonly attempts: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly expires_at: Date;
}

const StartBody = TypeCompiler.Compile(
  Type.Object({
    email: Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' }),
    device: Type.Optional(Type.Object({ type: Type.String({ maxLength: 100 }), name: Type.String({ maxLength: 100 }) })),
    locale: Type.Optional(Type.String({ maxLength: 35 })),
  }),
);
const SubmitBody = TypeCompiler.Compile(Type.Object({ code: Type.String({ pattern: '^\\d{6}$' }) }));

const secretKey = Buffer.from(setting('SECRET_KEY'), 'base64');
const hashOfCode = (id: string, code: string) => createHmac('sha256', secretKey).update(`${id}:${code}`).digest();
const hashOfToken = (token: string) => createHash('sha256').update(token).digest();

function representation({ id, revision, email, state, attempts, created_at, updated_at, expires_at }: Verification) {
  return {
    id,
    workflow: 'email-verification',
    revision,
    status: state === 'verified' ? 'done' : 'active',
    state,
    outcome: state === 'verified' ? 'verified' : null,
    data: { email: email.replace(/^(.).*@/, '$1***@'), channel: 'email', codeLength: 6, attemptsLeft: guessesPerCode - attempts },
    expiresAt: expires_at.toISOString(),
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}

function problem(c: Context, status: 400 | 401 | 404 | 409 | 422, code: string, members: object = {}): Response {
  return c.json({ type: `https://verify.example.com/problems/${code}`, title: code, status, code, ...members }, status, {
    'content-type': 'application/problem+json',
  });
}

const pool = openPool();
await pool.query(schema);
const log = pino({ base: null }, pino.destination({ dest: 2, sync: true }));
const app = new Hono();

app.use(async (c, next) => {
  const begun = performance.now();
  await next();
  log.info({ method: c.req.method, path: c.req.path, status: c.res.status, ms: performance.now() - begun }, 'request');
});

app.post('/v1/email-verifications', async (c) => {
  const body: unknown = await c.req.json().catch(() => null);
  if (!StartBody.Check(body)) return problem(c, 400, 'invalid-request');
  const id = randomUUID();
  const token = randomBytes(32).toString('base64url');
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const now = new Date();
  const expiresAt = new Date(now.getTime() + codeLifetimeMs);
  const { email, device, locale } = body;
  await pool.query({
    name: 'start',
    text: startStatement,
    values: [id, email, device?.type ?? null, device?.name ?? null, locale ?? null, hashOfToken(token), hashOfCode(id, code), expiresAt],
  });
  await sendCode(email, code, expiresAt);
  const started = { id, revision: 1, email, state: 'codeActive', attempts: 0, created_at: now, updated_at: now, expires_at: expiresAt };
  return c.json({ ...representation(started), sessionToken: token }, 201);
});

app.post('/v1/email-verifications/:id/submit-code', async (c) => {
  const body: unknown = await c.req.json().catch(() => null);
  if (!SubmitBody.Check(body)) return problem(c, 400, 'invalid-request');
  const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (token === undefined) return problem(c, 401, 'unauthenticated');
  const id = c.req.param('id');
  const { rows } = await pool.query<Verification & { correct: boolean }>({
    name: 'submit',
    text: submitStatement,
    values: [id, hashOfToken(token), hashOfCode(id, body.code)],
  });
  const [tried] = rows;
  if (!tried) return problem(c, 409, 'event-not-accepted');
  const session = representation(tried);
  return tried.correct ? c.json(session) : problem(c, 422, 'wrong-code', { attemptsLeft: session.data.attemptsLeft, session });
});

listen(app);
