/** `npm run pack [folder]`: builds, and writes two archives into the folder (default `packed/`): the service, and the client alone. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildIfStale } from './build.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, 'packed'));

const clientReadme = `# verification-workflows-client

The client of a \`verification-workflows\` service, for browsers and Node.js. It needs no build and imports no other package.

\`\`\`js
import { createClient } from 'verification-workflows-client';

const session = await createClient('https://verify.example.com').start('email-verification', { email: 'jane@example.com' });
\`\`\`

Its types know the built-in workflows. For a service with workflows of your own, let the command of the service package write the client:
\`npx verification-workflows client ./modules.js --out client\`.
`;

await buildIfStale();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await pack(root);
const staged = await mkdtemp(join(tmpdir(), 'verification-workflows-client-'));
try {
  await stageClient(staged);
  await pack(staged);
} finally {
  await rm(staged, { recursive: true, force: true });
}

/** @param {string} from the folder of the package */
async function pack(from) {
  const options = { cwd: from, shell: process.platform === 'win32' };
  const { stdout } = await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], options);
  process.stdout.write(`${join(folder, stdout.trim())}\n`);
}

/**
 * Lays out the package of the client, which depends on no other.
 * @param {string} place an empty folder
 */
async function stageClient(place) {
  const service = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { version, license, engines } = service;
  const manifest = {
    name: `${service.name}-client`,
    version,
    description: 'Client of verification-workflows, for browsers and Node.js',
    license,
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './api.d.ts', default: './client.js' }, './package.json': './package.json' },
    engines,
  };
  await cp(join(root, 'src/client'), place, { recursive: true, filter: (path) => !path.endsWith('tsconfig.json') });
  await cp(join(root, 'LICENSE'), join(place, 'LICENSE'));
  await writeFile(join(place, 'README.md'), clientReadme);
  await writeFile(join(place, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
