/** `npm run client`: writes what the client knows of the workflows. With `--check`: says which files are stale, and fails if any is. */
import { readFile, writeFile } from 'node:fs/promises';
import { valuesOf } from '../../machines/figures.ts';
import { Workflows } from '../engine/workflows.ts';
import { Problems } from '../http/problem.ts';
import { assemble } from '../modules/assembly.ts';
import { builtInModules } from '../modules/built-in.ts';
import { clientFiles } from './client-files.ts';

const folder = new URL('../client/generated/', import.meta.url);
const { workflows, figures, refusals, channels } = assemble(builtInModules());
const files = await clientFiles({
  workflows: new Workflows(workflows, valuesOf(figures, 'default')).latest(),
  problems: new Problems(refusals),
  channels: Object.keys(channels),
});

const [option, ...more] = process.argv.slice(2);
if ((option !== undefined && option !== '--check') || more.length > 0) {
  process.stderr.write('Usage: npm run client [-- --check]\n');
  process.exit(2);
}
const checking = option === '--check';
for (const [name, text] of files) {
  const place = new URL(name, folder);
  if (!checking) await writeFile(place, text);
  // A checkout may have turned the ends of lines into Windows' own.
  else if ((await readFile(place, 'utf8').catch(() => '')).replaceAll('\r\n', '\n') !== text) {
    process.stderr.write(`${name} is not what the workflows say: run npm run client\n`);
    process.exitCode = 1;
  }
}
if (process.exitCode === undefined) process.stdout.write(`src/client/generated/ is ${checking ? 'what the workflows say' : 'written'}\n`);
