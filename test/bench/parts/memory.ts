/** Memory of the process: at rest, while 256 clients keep it busy, and after they have left. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Part } from '../bench.ts';
import type { Figure } from '../figure.ts';
import { residentMegabytes } from '../processor-time.ts';
import type { Server } from '../server.ts';
import { startHandWritten, startOurs } from '../services.ts';

const clients = 256;

/** Node releases memory gradually. */
const restSeconds = 10;

const sampleMs = 200;

interface Memory {
  readonly atRest: number;
  /** The highest measurement. */
  readonly underLoad: number;
  readonly afterwards: number;
}

export const memory: Part = {
  name: 'memory',
  async measure(bench): Promise<Figure[]> {
    const sinkUrl = await bench.load.call('sinkUrl');
    const place = async () => ({ databaseUrl: await bench.database.create(), sinkUrl });
    const ours = await memoryOf(bench, await startOurs(await place()));
    const handWritten = await memoryOf(bench, await startHandWritten(await place()));
    const figure = (name: string, value: (seen: Memory) => number): Figure => ({
      name,
      unit: 'MB',
      ours: { of: 'ours', rounds: [value(ours)] },
      yardstick: { of: 'hand-written', rounds: [value(handWritten)] },
      aim: null,
    });
    return [
      figure('memory at rest', ({ atRest }) => atRest),
      figure(`memory under load, ${clients} clients`, ({ underLoad }) => underLoad),
      figure(`memory ${restSeconds} s after the load`, ({ afterwards }) => afterwards),
    ];
  },
};

async function memoryOf(bench: Bench, server: Server): Promise<Memory> {
  try {
    await delay(1000);
    const atRest = residentMegabytes(server.pid);
    let underLoad = atRest;
    const sampling = setInterval(() => {
      underLoad = Math.max(underLoad, residentMegabytes(server.pid));
    }, sampleMs);
    // As long as all rounds of a measurement together.
    await bench.load.call('flows', { url: server.url, clients });
    await delay(bench.extent.rounds * bench.extent.seconds * 1000);
    await bench.load.call('stop');
    clearInterval(sampling);
    await delay(restSeconds * 1000);
    return { atRest, underLoad, afterwards: residentMegabytes(server.pid) };
  } finally {
    await server.end();
  }
}
