/** Many timers that fall due at one moment: how many fire in a second, and how late. The database records the time of each commit. */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench, Part } from '../bench.ts';
import type { TimerCommands } from '../engine/timers-process.ts';
import { atLeast, type Figure } from '../figure.ts';
import { Remote } from '../remote.ts';
import { startOurs } from '../services.ts';

/** The least number of sessions stored per second. The timers must not fall due before all are stored. */
const slowestPerSecond = 4_000;

/** The time in which the service starts, after the sessions are stored. */
const startMs = 10_000;

const pollMs = 250;

/** Ten times as long as the target allows: a slower service is not going to finish. */
const limitMs = 120_000;

/** Each round is a preparation and a measurement; a few rounds are enough. */
const mostRounds = 3;

interface Firing {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const timers: Part = {
  name: 'timers',
  async measure(bench): Promise<Figure[]> {
    await bench.database.restartWith('track_commit_timestamp = on');
    const rounds: Firing[] = [];
    try {
      for (let round = 1; round <= Math.min(bench.extent.rounds, mostRounds); round += 1) {
        const firing = await fire(bench);
        rounds.push(firing);
        bench.say(`  round ${round}: ${Math.round(firing.perSecond)}/s, late ${Math.round(firing.p50Ms)}/${Math.round(firing.p99Ms)} ms`);
      }
    } finally {
      await bench.database.restartWith('track_commit_timestamp = off');
    }
    const figure = (name: string, unit: string, value: (firing: Firing) => number, aim: Figure['aim']): Figure => ({
      name,
      unit,
      ours: { of: 'ours', rounds: rounds.map(value) },
      yardstick: null,
      aim,
    });
    const count = bench.extent.timers.toLocaleString('en');
    return [
      figure(`${count} timers due together, fired`, '/s', ({ perSecond }) => perSecond, atLeast(20_000)),
      figure('lateness p50', 'ms', ({ p50Ms }) => p50Ms, null),
      figure('lateness p99', 'ms', ({ p99Ms }) => p99Ms, null),
    ];
  },
};

async function fire({ database, extent, load, say, otherWork }: Bench): Promise<Firing> {
  const sessions = extent.timers;
  const databaseUrl = await database.create();
  const file = fileURLToPath(new URL('../engine/timers-process.ts', import.meta.url));
  const preparing = new Remote<TimerCommands>(file, { DATABASE_URL: databaseUrl });
  await otherWork.quiet();
  const dueAt = Date.now() + startMs + (sessions / slowestPerSecond) * 1000;
  await preparing.call('store', { sessions, dueAt });
  await preparing.end();
  await database.query('vacuum (analyze) sessions', [], databaseUrl);
  await database.settle();
  const service = await startOurs({ databaseUrl, sinkUrl: await load.call('sinkUrl') });
  try {
    if (Date.now() > dueAt) say('  the timers fell due before the service had started: they look later than they were');
    await delay(Math.max(0, dueAt - Date.now()));
    const watched = otherWork.watch();
    const waits = async () => {
      const [row] = await database.query<{ some: boolean }>(
        'select exists (select 1 from sessions where due_at = $1) as some',
        [dueAt],
        databaseUrl,
      );
      return row?.some ?? false;
    };
    while (await waits()) {
      if (Date.now() > dueAt + limitMs) throw new Error(`Timers were not fired within ${limitMs / 1000} s`);
      await delay(pollMs);
    }
    const others = watched();
    if (otherWork.isNoticed(others)) say(`  other work kept ${others.toFixed(2)} processors busy`);
    return await lateness(database, databaseUrl, dueAt);
  } finally {
    await service.end();
  }
}

async function lateness(database: Bench['database'], url: string, dueAt: number): Promise<Firing> {
  const [row] = await database.query<{ fired: number; p50: number; p99: number; last: number }>(
    `select count(*)::float8 as fired,
      percentile_cont(0.5) within group (order by late)::float8 as p50,
      percentile_cont(0.99) within group (order by late)::float8 as p99,
      max(late)::float8 as last
    from (
      select extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 - $1 as late from sessions
      where revision = 3 and state = 'codeActive.resendable'
    ) as fired`,
    [dueAt],
    url,
  );
  if (!row) throw new Error('No timer was fired');
  return { perSecond: row.fired / (row.last / 1000), p50Ms: row.p50, p99Ms: row.p99 };
}
