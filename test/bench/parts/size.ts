/**
 * The same flows with few and with many stored sessions: every statement should find its rows as fast. Also the disk space of a session.
 */
import type { Bench, Measurement, Part } from '../bench.ts';
import { atLeastTimes, type Figure, type Sample } from '../figure.ts';
import type { Server } from '../server.ts';
import { startOurs } from '../services.ts';
import { bytesPerSession, storeSessions } from '../stored-sessions.ts';

const clients = 32;

export const size: Part = {
  name: 'size',
  async measure(bench): Promise<Figure[]> {
    const [few, many] = bench.extent.storedSessions;
    const small = await filled(bench, few);
    const large = await filled(bench, many);
    try {
      const bytes = await bytesPerSession(bench.database, large.databaseUrl);
      const rounds: { small: Measurement; large: Measurement }[] = [];
      for (let round = 1; round <= bench.extent.rounds; round += 1) {
        const measured = { large: await bench.flows(large.server, clients), small: await bench.flows(small.server, clients) };
        rounds.push(measured);
        bench.say(`  round ${round}: ${Math.round(perSecond(measured.large))} flows/s, ${Math.round(perSecond(measured.small))} with few`);
      }
      const sample = (of: string, value: (round: (typeof rounds)[number]) => number): Sample => ({ of, rounds: rounds.map(value) });
      const withFew = `with ${few.toLocaleString('en')}`;
      return [
        {
          name: `flows with ${many.toLocaleString('en')} stored sessions, ${clients} clients`,
          unit: '/s',
          ours: sample('ours', (round) => perSecond(round.large)),
          yardstick: sample(withFew, (round) => perSecond(round.small)),
          aim: atLeastTimes(0.9),
        },
        {
          name: 'database time per flow, with as many',
          unit: 'ms',
          ours: sample('ours', (round) => databaseMs(round.large)),
          yardstick: sample(withFew, (round) => databaseMs(round.small)),
          aim: null,
        },
        {
          name: 'on disk per stored session, with its history and indexes',
          unit: 'bytes',
          ours: { of: 'ours', rounds: [bytes] },
          yardstick: null,
          aim: null,
        },
      ];
    } finally {
      await small.server.end();
      await large.server.end();
    }
  },
};

/** A service whose database holds that many sessions, copied from real ones. */
async function filled(bench: Bench, sessions: number): Promise<{ server: Server; databaseUrl: string }> {
  const databaseUrl = await bench.database.create();
  const server = await startOurs({ databaseUrl, sinkUrl: await bench.load.call('sinkUrl') });
  await bench.warmUp([server]);
  const begun = performance.now();
  await storeSessions(bench.database, databaseUrl, sessions);
  bench.say(`  stored ${sessions.toLocaleString('en')} sessions in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return { server, databaseUrl };
}

function perSecond({ rounds, seconds }: Measurement): number {
  return rounds / seconds;
}

function databaseMs({ databaseSeconds, rounds }: Measurement): number {
  return (databaseSeconds * 1000) / rounds;
}
