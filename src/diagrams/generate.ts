/** `npm run diagrams`: writes the pictures of all registered machines. With `--check`: says which are stale, and fails if any is. */
import { fileURLToPath } from 'node:url';
import { policyProfiles } from '../../machines/policy.ts';
import { registry } from '../../machines/registry.ts';
import { check, generate } from './artefacts.ts';

const folder = fileURLToPath(new URL('../../diagrams', import.meta.url));
const workflows = registry.map((definition) => definition.of(policyProfiles.seed));

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
