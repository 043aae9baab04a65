/**
 * `npm run openapi` writes the snapshot of the OpenAPI document, and refuses parts that were removed or narrowed unless `--breaking` is
 * given. `--check` writes nothing: it fails for such parts, and for a stale snapshot.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { servedDocument } from './document.ts';
import { judge, parsed, textOf } from './snapshot.ts';

const place = new URL('snapshot.json', import.meta.url);
const [option, ...more] = process.argv.slice(2);
if ((option !== undefined && option !== '--check' && option !== '--breaking') || more.length > 0) {
  process.stderr.write('Usage: npm run openapi [-- --check | --breaking]\n');
  process.exit(2);
}
const present = await servedDocument();
const complaints =
  option === '--breaking' ? [] : judge(parsed(await readFile(place, 'utf8').catch(() => null)), present, option === '--check');
if (complaints.length > 0) {
  process.stderr.write(`${complaints.join('\n')}\n`);
  process.exitCode = 1;
} else if (option === '--check') process.stdout.write('The snapshot is what the service says\n');
else {
  await writeFile(place, textOf(present));
  process.stdout.write('test/openapi/snapshot.json is written\n');
}
