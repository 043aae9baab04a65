/**
 * The usual way to keep an XState machine in a database: for each request the stored snapshot is locked, an actor is made of
 * it, hears the event, and its new snapshot is stored. It keeps no history, no durable timers, no limits across sessions.
 */
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { assign, createActor, type Snapshot, setup } from 'xstate';
import { codeLifetimeMs, guessesPerCode, listen, openPool, sendCode, setting } from './listening.ts';

interface Verification {
  readonly email: string;
  readonly tokenHash: string;
  readonly codeHash: string;
  readonly expiresAt: number;
  readonly attempts: number;
}

const machine = setup({
  types: {} as {
    context: Verification;
    input: Verification;
    events: { type: 'SUBMIT_CODE'; codeHash: string; at: number };
  },
  actions: { countGuess: assign({ attempts: ({ context }) => context.attempts + 1 }) },
  guards: {
    isExpired: ({ context, event }) => event.at >= context.expiresAt,
    isCorrect: ({ context, event }) => event.codeHash === context.codeHash,
    isLastGuess: ({ context }) => context.attempts + 1 >= guessesPerCode,
  },
}).createMachine({
  id: 'email-verification',
  context: ({ input }) => input,
  initial: 'codeActive',
  states: {
    codeActive: {
      on: {
        SUBMIT_CODE: [
          { guard: 'isExpired', target: 'expired' },
          { guard: 'isCorrect', target: 'verified' },
          { guard: 'isLastGuess', target: 'locked', actions: 'countGuess' },
          { actions: 'countGuess' },
        ],
      },
    },
    expired: {},
    locked: {},
    verified: { type: 'final' },
  },
});

const secretKey = Buffer.from(setting('SECRET_KEY'), 'base64');
const hashed = (text: string) => createHmac('sha256', secretKey).update(text).digest('base64');

const pool = openPool();
await pool.query('create table sessions (id uuid primary key, snapshot jsonb not null, updated_at timestamptz not null default now())');
const app = new Hono();

app.post('/v1/email-verifications', async (c) => {
  const { email }: { email: string } = await c.req.json();
  const id = randomUUID();
  const sessionToken = randomBytes(32).toString('base64url');
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const expiresAt = new Date(Date.now() + codeLifetimeMs);
  const input = {
    email,
    tokenHash: hashed(sessionToken),
    codeHash: hashed(`${id}:${code}`),
    expiresAt: expiresAt.getTime(),
    attempts: 0,
  };
  const actor = createActor(machine, { input }).start();
  const snapshot = JSON.stringify(actor.getPersistedSnapshot());
  await pool.query({ name: 'start', text: 'insert into sessions (id, snapshot) values ($1, $2)', values: [id, snapshot] });
  await sendCode(email, code, expiresAt);
  const state = actor.getSnapshot().value;
  actor.stop();
  return c.json({ id, workflow: 'email-verification', state, outcome: null, sessionToken }, 201);
});

app.post('/v1/email-verifications/:id/submit-code', async (c) => {
  const id = c.req.param('id');
  const { code }: { code: string } = await c.req.json();
  const token = (c.req.header('authorization') ?? '').replace(/^Bearer /, '');
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ snapshot: Snapshot<unknown> }>({
      name: 'load',
      text: 'select snapshot from sessions where id = $1 for update',
      values: [id],
    });
    const [row] = rows;
    if (!row) {
      await client.query('rollback');
      return c.json({ code: 'not-found' }, 404);
    }
    const actor = createActor(machine, {
      snapshot: row.snapshot,
      input: { email: '', tokenHash: '', codeHash: '', expiresAt: 0, attempts: 0 },
    });
    actor.start();
    if (actor.getSnapshot().context.tokenHash !== hashed(token)) {
      await client.query('rollback');
      return c.json({ code: 'unauthenticated' }, 401);
    }
    actor.send({ type: 'SUBMIT_CODE', codeHash: hashed(`${id}:${code}`), at: Date.now() });
    await client.query({
      name: 'save',
      text: 'update sessions set snapshot = $2, updated_at = now() where id = $1',
      values: [id, JSON.stringify(actor.getPersistedSnapshot())],
    });
    await client.query('commit');
    const { value, context } = actor.getSnapshot();
    actor.stop();
    const attemptsLeft = guessesPerCode - context.attempts;
    if (value !== 'verified') return c.json({ code: 'wrong-code', id, state: value, attemptsLeft }, 422);
    return c.json({ id, workflow: 'email-verification', state: value, outcome: value, attemptsLeft });
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
});

listen(app);
