/**
 * `npm run bench`: measures the service beside yardsticks in the same run, on this machine alone, and cleans up after itself.
 *
 *   --quick           a short run, to see that everything works
 *   --only NAME       one part; may be given more than once
 *   --json [FILE]     for programs as well: in a file, or on standard output instead of the table
 *   --profile FOLDER  profiles of our service's processor time during the flows, for Chrome's or VS Code's viewer
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench, fullExtent, type Part, quickExtent } from './bench.ts';
import { Database } from './database.ts';
import type { Figure } from './figure.ts';
import { callers } from './parts/callers.ts';
import { engine } from './parts/engine.ts';
import { flows } from './parts/flows.ts';
import { http } from './parts/http.ts';
import { memory } from './parts/memory.ts';
import { size } from './parts/size.ts';
import { timers } from './parts/timers.ts';
import { processes } from './processes.ts';
import { jsonOf, tableOf } from './report.ts';
import { surroundingsOf } from './surroundings.ts';

const parts: readonly Part[] = [flows, engine, http, callers, timers, size, memory];

/** The file for the JSON if none is named. */
const standardOutput = '-';

function readArguments() {
  // A bare --json means standard output; parseArgs requires a value for an option that may have one.
  const args = process.argv.slice(2).flatMap((arg, index, all) => {
    const next = all[index + 1];
    return arg === '--json' && (next === undefined || next.startsWith('--')) ? [`--json=${standardOutput}`] : [arg];
  });
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const unknown = values.only.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}`);
  return values;
}

async function main(): Promise<void> {
  const { quick, only, json, profile } = readArguments();
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const database = await Database.start();
  const bench = new Bench({
    extent: quick ? quickExtent : fullExtent,
    database,
    profiles: profile === undefined ? null : resolve(profile),
    say,
  });
  const figures: Figure[] = [];
  try {
    const surroundings = await surroundingsOf(database);
    say(
      Object.entries(surroundings)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    );
    for (const part of parts.filter(({ name }) => only.length === 0 || only.includes(name))) {
      say(`\n${part.name}`);
      // Earlier measurements are reported even if a part fails.
      figures.push(...(await part.measure(bench).catch((error: unknown) => failed(part, error, say))));
    }
    if (json !== undefined && json !== standardOutput) writeFileSync(json, jsonOf(figures, surroundings));
    process.stdout.write(json === standardOutput ? jsonOf(figures, surroundings) : `\n${tableOf(figures)}\n`);
  } finally {
    await bench.end();
    await database.remove();
  }
}

function failed({ name }: Part, error: unknown, say: (line: string) => void): Figure[] {
  say(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
  return [];
}

process.on('exit', () => processes.endAll());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

await main();
