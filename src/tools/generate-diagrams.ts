/** `npm run diagrams`: writes the pictures of all registered machines. With `--check`: says which are stale, and fails if any is. */
import { fileURLToPath } from 'node:url';
import { valuesOf } from '../../machines/figures.ts';
import { check, generate } from '../diagrams/artefacts.ts';
import { Workflows } from '../engine/workflows.ts';
import { assemble } from '../modules/assembly.ts';
import { builtInModules } from '../modules/built-in.ts';

const folder = fileURLToPath(new URL('../../diagrams', import.meta.url));
const { workflows: definitions, figures } = assemble(builtInModules());
const workflows = new Workflows(definitions, valuesOf(figures, 'default')).latest();

const [option, ...more] = process.argv.slice(2);
if ((option !== undefined && option !== '--check') || more.length > 0) {
  process.stderr.write('Usage: npm run diagrams [-- --check]\n');
  process.exit(2);
}
const checking = option === '--check';
const complaints = await (checking ? check : generate)(folder, workflows);

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
else process.stdout.write(`diagrams/ is ${checking ? 'what the machines say' : 'written'}\n`);
