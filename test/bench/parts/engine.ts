/** The engine without HTTP: its transitions per second, beside the commits per second of the database alone. */
import { fileURLToPath } from 'node:url';
import type { Part } from '../bench.ts';
import { singleCommits } from '../engine/single-commits.ts';
import type { TransitionCommands } from '../engine/transitions-process.ts';
import { atLeastTimes, type Figure } from '../figure.ts';
import { Remote } from '../remote.ts';

/** Enough to fill every statement. */
const flows = 256;

export const engine: Part = {
  name: 'engine',
  async measure(bench): Promise<Figure[]> {
    const { rounds, seconds, warmUpSeconds, firstWarmUpSeconds } = bench.extent;
    const databaseUrl = await bench.database.create();
    const file = fileURLToPath(new URL('../engine/transitions-process.ts', import.meta.url));
    const remote = new Remote<TransitionCommands>(file, { DATABASE_URL: databaseUrl });
    try {
      await remote.call('transitions', { flows, warmUpSeconds: 0, seconds: firstWarmUpSeconds });
      const single = await singleCommits(bench.database, databaseUrl);
      const ours: number[] = [];
      const yardstick: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        await bench.otherWork.quiet();
        await bench.database.settle();
        const joined = await remote.call('transitions', { flows, warmUpSeconds, seconds });
        await bench.otherWork.quiet();
        await bench.database.settle();
        const oneByOne = await single.perSecond(seconds);
        ours.push(joined);
        yardstick.push(oneByOne);
        bench.say(`  round ${round}: ${Math.round(joined)} transitions/s, one by one ${Math.round(oneByOne)}/s`);
      }
      await single.end();
      return [
        {
          name: 'transitions of the engine',
          unit: '/s',
          ours: { of: 'ours', rounds: ours },
          yardstick: { of: single.name, rounds: yardstick },
          aim: atLeastTimes(2),
        },
      ];
    } finally {
      await remote.end();
    }
  },
};
