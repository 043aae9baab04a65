/** The quality gate: `npm run check`. Runs every part, reports each result, and fails if one failed. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Part {
  readonly name: string;
  /** A shell command that exits with 0 if its part passes. The project's own tools are on its path. */
  readonly command: string;
}

/** Each part is a line. The slow ones come first. */
const parts: readonly Part[] = [
  {
    name: 'types',
    command: 'npm run --silent typecheck',
  },
  { name: 'diagrams', command: 'npm run --silent diagrams -- --check' },
  { name: 'machines', command: 'npm run --silent machines' },
  { name: 'client', command: 'npm run --silent client -- --check' },
  { name: 'openapi', command: 'node --import tsx test/openapi/main.ts --check' },
  { name: 'lint rules', command: 'vitest run test/lint' },
  // The second run finds what only tests use: files of the product, and dependencies that production does not need.
  { name: 'dead code', command: 'knip && knip --production --include files,dependencies' },
  { name: 'format and lint', command: 'biome ci --colors=off --error-on-warnings --max-diagnostics=none' },
];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tools print plain text, because the output ends up in logs. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const key = Object.keys(inherited).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...inherited, NO_COLOR: '1', [key]: `${root}node_modules/.bin${delimiter}${inherited[key] ?? ''}` };
}

/** @returns true if the part passed */
async function run({ name, command }: Part): Promise<boolean> {
  const begun = performance.now();
  const child = spawn(command, { cwd: root, env: plainEnvironment(), shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  const passed = code === 0;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name} (${seconds} s)${passed ? '' : `\n\n$ ${command}\n${output.trim()}\n`}`);
  return passed;
}

const waiting = [...parts];
const failed: string[] = [];

async function takeTurns(): Promise<void> {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (!(await run(part))) failed.push(part.name);
  }
}

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, takeTurns));
console.log(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
