/** The cost of HTTP: reads of a session per second, beside those of an endpoint that only answers. */
import type { Bench, Measurement, Part } from '../bench.ts';
import { atLeastTimes, type Figure } from '../figure.ts';
import type { Server } from '../server.ts';
import { startBare, startOurs } from '../services.ts';

const clients = 32;

export const http: Part = {
  name: 'http',
  async measure(bench): Promise<Figure[]> {
    const ours = await startOurs({ databaseUrl: await bench.database.create(), sinkUrl: await bench.load.call('sinkUrl') });
    const sessions = await bench.load.call('sessions', { url: ours.url, sessions: clients });
    const bare = await startBare(sessions[0]?.body ?? '');
    try {
      const looks = (server: Server) => bench.measure(server, () => bench.load.call('looks', { url: server.url, sessions }));
      // One uncounted round: Node compiles code that runs often.
      for (const server of [ours, bare]) await looks(server);
      const rounds: { ours: Measurement; bare: Measurement }[] = [];
      for (let round = 1; round <= bench.extent.rounds; round += 1) {
        const measured = { ours: await looks(ours), bare: await looks(bare) };
        rounds.push(measured);
        report(bench, round, measured);
      }
      const sampled = (value: (measured: Measurement) => number) => ({
        ours: { of: 'ours', rounds: rounds.map((round) => value(round.ours)) },
        yardstick: { of: 'bare Hono', rounds: rounds.map((round) => value(round.bare)) },
      });
      return [
        { name: 'looks at a session', unit: '/s', ...sampled(perSecond), aim: atLeastTimes(1 / 3) },
        { name: 'looks at a session, p99', unit: 'ms', ...sampled(({ latencies }) => latencies['look']?.p99Ms ?? Number.NaN), aim: null },
      ];
    } finally {
      await ours.end();
      await bare.end();
    }
  },
};

function perSecond({ rounds, seconds }: Measurement): number {
  return rounds / seconds;
}

function report(bench: Bench, round: number, measured: { ours: Measurement; bare: Measurement }): void {
  bench.say(`  round ${round}: ours ${Math.round(perSecond(measured.ours))}/s, bare ${Math.round(perSecond(measured.bare))}/s`);
}
