/** The sandbox's clock, and the key of its agent. Mounted in the sandbox alone. */
import type { Static } from '@sinclair/typebox';
import { Hono } from 'hono';
import { parseDuration } from '../../common/duration.ts';
import { invalidField } from '../problems/problem.ts';
import { type Body, bodyReader } from '../requests/request-body.ts';
import { timeOf } from '../sessions/representation.ts';
import type { AgentAnswer } from './sandbox-accounts.ts';
import { type ClockAnswer, ClockBody } from './sandbox-schemas.ts';

export interface SandboxClockRouteDeps {
  /** The key of the sandbox's agent. */
  readonly agentKey: string;
  readonly time: {
    now(): Promise<number>;
    frozen(): boolean;
    advance(ms: number): Promise<number>;
    set(time: number): Promise<number | null>;
    freeze(frozen: boolean): Promise<number>;
    reset(): Promise<number>;
  };
}

/** No figure of the product is longer, so a longer advance is a mistake. */
export const longestAdvanceMs = 10 * 366 * 24 * 60 * 60 * 1000;

type Clock = Static<typeof ClockAnswer>;

export function sandboxClockRoutes(deps: SandboxClockRouteDeps): Hono {
  const app = new Hono();
  const readClock = bodyReader(ClockBody);
  const shown = (now: number): Clock => ({ now: timeOf(now), frozen: deps.time.frozen() });
  app.get('/sandbox/clock', async (c) => c.json<Clock>(shown(await deps.time.now())));
  app.post('/sandbox/clock', async (c) => c.json<Clock>(shown(await moveClock(await readClock(c), deps))));
  app.get('/sandbox/agent', (c) => c.json<Static<typeof AgentAnswer>>({ key: deps.agentKey }));
  return app;
}

async function moveClock(body: Body, { time }: SandboxClockRouteDeps): Promise<number> {
  if (typeof body['freeze'] === 'boolean') return time.freeze(body['freeze']);
  if (body['reset'] === true) return time.reset();
  if (typeof body['advance'] === 'string') {
    const ms = parseDuration(body['advance']);
    if (ms === null || ms > longestAdvanceMs)
      throw invalidField('/advance', 'An ISO 8601 duration in days, hours, minutes and seconds, at most ten years');
    return time.advance(ms);
  }
  const target = Date.parse(String(body['set']));
  if (Number.isNaN(target)) throw invalidField('/set', 'Not a time');
  if (target > (await time.now()) + longestAdvanceMs) throw invalidField('/set', 'More than ten years ahead');
  const now = await time.set(target);
  if (now === null) throw invalidField('/set', 'The clock does not go back');
  return now;
}
