/**
 * `npm run mutation`: breaks the machines and the step in every small way, and lists the mutants that the model tests miss. With names of
 * workflows, or `step.ts`, it tries these alone.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { equivalents } from './equivalents.ts';
import { findMutant } from './kill.ts';
import { allMutants, soundVersions } from './mutants.ts';

/** A sound machine is explored and rehearsed in a second, on a busy machine in many. A mutant that takes this long never ends. */
const limitMs = 300_000;

/** The tests of the step take a second. */
const unitTestLimitMs = 20_000;

/** The number of mutants between two lines of progress. */
const shownEvery = 100;

const mutants = allMutants();
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const chosen = [...mutants.entries()].filter(
  ([, { name }]) => wanted.length === 0 || wanted.some((part) => name.startsWith(`${part}:`) || name.startsWith(`${part},`)),
);
if (chosen.length === 0) throw new Error(`There is no mutant of ${wanted.join(', ')}`);
const waiting = chosen.values();
const found = new Map<string, string>();
const survivors: string[] = [];

/** Takes mutants off the list until it is empty. */
async function tryMutants(): Promise<void> {
  let worker = startWorker();
  for (let next = waiting.next(); !next.done; next = waiting.next()) {
    const [index, { name }] = next.value;
    const result = await tryOne(worker, index);
    if (result === 'no end') {
      worker.kill('SIGKILL');
      worker = startWorker();
      found.set(name, 'it never ends');
    } else if (result === null) {
      survivors.push(name);
    } else {
      found.set(name, result);
    }
    const tried = found.size + survivors.length;
    if (tried % shownEvery === 0) process.stderr.write(`${tried} of ${chosen.length} tried, ${survivors.length} not found yet\n`);
  }
  worker.kill();
}

function startWorker(): ChildProcess {
  return fork(fileURLToPath(new URL('worker.ts', import.meta.url)));
}

function tryOne(worker: ChildProcess, index: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('no end'), limitMs);
    const died = () => reject(new Error(`The process that tried ${mutants[index]?.name} died`));
    worker.once('exit', died);
    worker.once('message', (message: { found: string | null }) => {
      clearTimeout(timer);
      worker.off('exit', died);
      resolve(message.found);
    });
    worker.send(index);
  });
}

/** Parts of the step that the model tests do not observe (histories, the detection of changes) have their own tests. */
async function tryUnitTests(): Promise<void> {
  const left = mutants.filter(({ name, stepper }) => stepper !== null && survivors.includes(name))[Symbol.iterator]();
  const tryThem = async () => {
    for (const { name, stepper } of left) {
      if (stepper === null || (await unitTestsPass(stepper.write()))) continue;
      survivors.splice(survivors.indexOf(name), 1);
      found.set(name, 'the tests of the step');
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, tryThem));
}

function unitTestsPass(stepFile: string): Promise<boolean> {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
  // In its own process group: vitest's workers must end with it, and an endless loop handles no signal.
  const child = spawn(process.execPath, [vitest, 'run', '--config', config], {
    env: { ...process.env, STEP_MUTANT: stepFile },
    stdio: 'ignore',
    detached: true,
  });
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), unitTestLimitMs);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

for (const sound of soundVersions()) {
  const fault = await findMutant(sound);
  if (fault !== null) throw new Error(`${sound.name}, and the tests say: ${fault}`);
}
await Promise.all(Array.from({ length: availableParallelism() }, tryMutants));
await tryUnitTests();

const reasonFor = (name: string) => equivalents.find(({ pattern }) => pattern.test(name))?.reason;
const missed = survivors.filter((name) => reasonFor(name) === undefined);
const stale = wanted.length > 0 ? [] : equivalents.filter(({ pattern }) => !survivors.some((name) => pattern.test(name)));
if (process.argv.includes('--verbose')) for (const [name, by] of found) process.stdout.write(`found   ${name}\n        by ${by}\n`);
for (const name of survivors)
  process.stdout.write(`${reasonFor(name) === undefined ? `MISSED  ${name}` : `same    ${name}\n        ${reasonFor(name)}`}\n`);
for (const { pattern } of stale) process.stdout.write(`STALE   ${pattern} is listed as equivalent, and no survivor is named so\n`);
process.stdout.write(
  `${chosen.length} mutants: ${found.size} found, ${survivors.length - missed.length} equivalent, ${missed.length} missed\n`,
);
process.exitCode = missed.length + stale.length === 0 ? 0 : 1;
