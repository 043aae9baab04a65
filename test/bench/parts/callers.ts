/** How long other callers wait while one caller floods the service: `/healthz`, with and without the flood. */
import { setTimeout as delay } from 'node:timers/promises';
import { fetch } from 'undici';
import type { Part } from '../bench.ts';
import { atMostTimes, type Figure, median } from '../figure.ts';
import { startOurs } from '../services.ts';

/** Concurrent requests of the flooding caller. */
const floodWidth = 60;

interface Flood {
  readonly name: string;
  readonly send: (url: string, index: number) => Promise<unknown>;
}

const post = (url: string, body: object) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((answer) =>
    answer.text(),
  );

const floods: readonly Flood[] = [
  {
    name: 'weak passwords',
    send: (url, index) => post(`${url}/v1/account-setups`, { email: `weak-${index}@example.com`, password: '1'.repeat(48) }),
  },
  {
    name: 'wrong logins',
    send: (url, index) => post(`${url}/v1/login-verifications`, { email: `wrong-${index}@example.com`, password: 'nearly' }),
  },
  { name: 'readers of /openapi.json', send: (url) => fetch(`${url}/openapi.json`).then((answer) => answer.arrayBuffer()) },
];

export const callers: Part = {
  name: 'callers',
  async measure(bench): Promise<Figure[]> {
    const ours = await startOurs({ databaseUrl: await bench.database.create(), sinkUrl: await bench.load.call('sinkUrl') });
    try {
      const ms = bench.extent.seconds * 1000;
      await looks(ours.url, ms);
      const figures: Figure[] = [];
      for (const flood of floods) {
        const rounds: { readonly alone: number; readonly beside: number }[] = [];
        for (let round = 1; round <= bench.extent.rounds; round += 1) {
          const alone = await looks(ours.url, ms);
          const end = begun(flood, ours.url);
          const beside = await looks(ours.url, ms);
          await end();
          rounds.push({ alone, beside });
          bench.say(`  ${flood.name}, round ${round}: ${beside.toFixed(2)} ms, alone ${alone.toFixed(2)} ms`);
        }
        figures.push({
          name: `/healthz beside ${floodWidth} ${flood.name}, median`,
          unit: 'ms',
          ours: { of: 'ours', rounds: rounds.map(({ beside }) => beside) },
          yardstick: { of: 'alone', rounds: rounds.map(({ alone }) => alone) },
          // The flood, its sender and the service share the processors.
          aim: atMostTimes(10),
        });
      }
      return figures;
    } finally {
      await ours.end();
    }
  },
};

/** Sends requests one after the other, with pauses. @returns their median duration in milliseconds */
async function looks(url: string, forMs: number): Promise<number> {
  const took: number[] = [];
  for (const end = performance.now() + forMs; performance.now() < end; await delay(5)) {
    const before = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    took.push(performance.now() - before);
  }
  return median(took);
}

/** Keeps a number of requests under way. @returns the function that ends the flood */
function begun({ send }: Flood, url: string): () => Promise<void> {
  let isOver = false;
  let index = 0;
  const sender = async () => {
    while (!isOver) {
      index += 1;
      await send(url, index);
    }
  };
  const all = Promise.all(Array.from({ length: floodWidth }, sender));
  return async () => {
    isOver = true;
    await all;
  };
}
