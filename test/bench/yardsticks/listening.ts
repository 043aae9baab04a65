/** The common parts of both yardsticks: where they listen, how they send a code, and how they end. */
import { createHmac, randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import pg from 'pg';

export const codeLifetimeMs = 40 * 60 * 1000;
export const guessesPerCode = 5;

export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export function openPool(): pg.Pool {
  const pool = new pg.Pool({ connectionString: setting('DATABASE_URL'), max: Number(setting('POOL_SIZE')) });
  pool.on('error', () => {});
  return pool;
}

/** Says where it listens, as our own service does. */
export function listen(app: Hono): void {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
    process.stdout.write(`Listening on http://127.0.0.1:${port}\n`);
  });
  process.on('SIGTERM', () => {
    server.close();
    process.exit(0);
  });
}

/** Sends a code by webhook, signed as Standard Webhooks says. @throws Error when it was not accepted */
export async function sendCode(to: string, code: string, expiresAt: Date): Promise<void> {
  const text = `${code} is your code. It is valid until ${expiresAt.toISOString()}. Never give it to anybody.`;
  const html = `<!doctype html><html lang="en"><body><p>Your code is</p><h1>${code}</h1><p>It is valid until ${expiresAt.toISOString()}. Never give it to anybody.</p></body></html>`;
  const body = JSON.stringify({
    type: 'code.send',
    timestamp: new Date().toISOString(),
    data: { channel: 'email', to, code, subject: 'Your code', text, html, expiresAt },
  });
  const id = randomUUID();
  const at = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(setting('WEBHOOK_SECRET').slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  const answer = await fetch(setting('WEBHOOK_URL'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` },
    body,
    signal: AbortSignal.timeout(8_000),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`The message was not accepted: ${answer.status}`);
}
