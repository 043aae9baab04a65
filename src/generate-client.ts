/** `npm run client`: writes what the client knows of the workflows. With `--check`: says which files are stale, and fails if any is. */
import { readFile, writeFile } from 'node:fs/promises';
import { policyProfiles } from '../machines/policy.ts';
import { registry } from '../machines/registry.ts';
import { clientFiles } from './client-files.ts';

const folder = new URL('client/generated/', import.meta.url);
const files = await clientFiles(registry.map((definition) => definition.of(policyProfiles.seed)));

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
    process.stderr.write(`${name} is not what the registry says: run npm run client\n`);
    process.exitCode = 1;
  }
}
if (process.exitCode === undefined) process.stdout.write(`src/client/generated/ is ${checking ? 'what the registry says' : 'written'}\n`);
