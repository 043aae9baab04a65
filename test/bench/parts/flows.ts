/** Whole flows over HTTP: their number per second, the time of each answer, and their cost. */
import type { Bench, Measurement, Part } from '../bench.ts';
import { type Aim, atLeastTimes, atMostTimes, type Figure, type Sample } from '../figure.ts';
import type { Server } from '../server.ts';
import { startActors, startHandWritten, startOurs, startOursEmbedded } from '../services.ts';

const clientCounts = [1, 32, 256];

/** The requests of a flow, by kind. */
const kinds = ['start', 'wrong code', 'correct code'];

/** The targets are for a busy service. */
const busy = [32, 256];

const ours = 'ours';
const embedded = 'ours on PGlite';
const handWritten = 'hand-written';
const actors = 'usual XState';

/** The measurements by service name and round. */
type Rounds = ReadonlyMap<string, readonly Measurement[]>;

export const flows: Part = {
  name: 'flows',
  async measure(bench) {
    const servers = await startAll(bench);
    try {
      await bench.warmUp([...servers.values()]);
      const figures: Figure[] = [];
      for (const clients of clientCounts) figures.push(...figuresOf(clients, await roundsOf(bench, servers, clients)));
      return figures;
    } finally {
      for (const server of servers.values()) await server.end();
    }
  },
};

async function startAll({ database, load, profiles }: Bench): Promise<Map<string, Server>> {
  const sinkUrl = await load.call('sinkUrl');
  const place = async () => ({ databaseUrl: await database.create(), sinkUrl });
  const profiling = profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  return new Map([
    [ours, await startOurs(await place(), profiling)],
    [handWritten, await startHandWritten(await place())],
    [actors, await startActors(await place())],
    [embedded, await startOursEmbedded(sinkUrl)],
  ]);
}

async function roundsOf(bench: Bench, servers: ReadonlyMap<string, Server>, clients: number): Promise<Rounds> {
  const rounds = new Map<string, Measurement[]>();
  for (let round = 1; round <= bench.extent.rounds; round += 1) {
    for (const [name, server] of servers) {
      const measured = await bench.flows(server, clients);
      rounds.set(name, [...(rounds.get(name) ?? []), measured]);
      bench.say(`  round ${round}, ${clients} clients, ${name}: ${describe(measured)}`);
    }
  }
  return rounds;
}

function describe({ rounds, seconds, latencies, serviceSeconds, databaseSeconds, processorSeconds }: Measurement): string {
  const answers = kinds.map((kind) => `${kind} ${latencies[kind]?.p50Ms.toFixed(1)}/${latencies[kind]?.p99Ms.toFixed(1)} ms`);
  const shares = [serviceSeconds, databaseSeconds, processorSeconds].map((used) => (used / seconds).toFixed(2));
  return `${Math.round(rounds / seconds)} flows/s, ${answers.join(', ')}, processors: service ${shares[0]}, database ${shares[1]}, load ${shares[2]}`;
}

function figuresOf(clients: number, rounds: Rounds): Figure[] {
  const sample = (of: string, value: (measured: Measurement) => number): Sample => ({ of, rounds: (rounds.get(of) ?? []).map(value) });
  const aimed = (aim: Aim): Aim | null => (busy.includes(clients) ? aim : null);
  const figure = (what: string, unit: string, value: (measured: Measurement) => number, yardstick: string, aim: Aim | null): Figure => ({
    name: `${what}, ${clients} clients`,
    unit,
    ours: sample(ours, value),
    yardstick: sample(yardstick, value),
    aim,
  });
  const perSecond = (measured: Measurement) => measured.rounds / measured.seconds;
  const processorMs = (measured: Measurement) => (measured.servingSeconds * 1000) / measured.rounds;
  const latency = (kind: string, which: 'p50Ms' | 'p99Ms') => (measured: Measurement) => measured.latencies[kind]?.[which] ?? Number.NaN;
  const transactions = (measured: Measurement) => measured.transactions / measured.rounds;
  return [
    figure('flows', '/s', perSecond, handWritten, aimed(atLeastTimes(1.5))),
    figure('flows', '/s', perSecond, actors, null),
    figure('processor time per flow', 'ms', processorMs, handWritten, aimed(atMostTimes(0.6))),
    figure('processor time per flow', 'ms', processorMs, actors, null),
    figure('database transactions per flow', '', transactions, handWritten, null),
    ...kinds.flatMap((kind) => [
      figure(`${kind} p50`, 'ms', latency(kind, 'p50Ms'), handWritten, null),
      figure(`${kind} p99`, 'ms', latency(kind, 'p99Ms'), handWritten, aimed(atMostTimes(1))),
    ]),
    { ...figure('flows on PGlite', '/s', perSecond, actors, null), ours: sample(embedded, perSecond), yardstick: null },
    ...kinds.map((kind) => ({
      name: `${kind} p99 on PGlite, ${clients} clients`,
      unit: 'ms',
      ours: sample(embedded, latency(kind, 'p99Ms')),
      yardstick: null,
      aim: null,
    })),
  ];
}
