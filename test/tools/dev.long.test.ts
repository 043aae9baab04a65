/** `dev`: a change restarts the service, a mistake does not, and sessions survive. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Client } from '../support/service.ts';
import { AuthorProject, workflowFile } from './author-project.ts';

const command = fileURLToPath(new URL('../../dist/src/command.js', import.meta.url));

let project: AuthorProject;
let dev: ChildProcess;
let output: string;
beforeEach(() => {
  project = new AuthorProject({
    'verification.config.ts':
      "import { defineConfig } from 'verification-workflows';\nexport default defineConfig({ workflows: './flows', builtIn: false });",
    'flows/parcel.ts': workflowFile('parcel'),
    'lib/words.ts': "export const words = 'Waits.';",
  });
  output = '';
  dev = spawn(process.execPath, [command, 'dev'], { cwd: project.folder, env: { PATH: process.env['PATH'], PORT: '0' } });
  for (const stream of [dev.stdout, dev.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
});
afterEach(async () => {
  const ended = once(dev, 'exit');
  dev.kill('SIGTERM');
  expect((await ended)[0]).toBe(0);
  project.remove();
});

const says = (text: string | RegExp) => expect.poll(() => output, { timeout: 120_000 }).toMatch(text);

test('a changed file is served at the same address, and its sessions go on', async () => {
  await says(/Play parcel: http:\S+\/\?workflow=parcel\n/);
  const [, url = ''] = /Listening on (\S+)/.exec(output) ?? [];
  const client = new Client(url);
  const parcel = await client.start('parcels', {});

  output = '';
  const imported = workflowFile('parcel').replace("description: 'Waits.'", 'description: words');
  project.write({ 'flows/parcel.ts': `import { words } from '../lib/words.ts';\n${imported}` });
  await says(`${url} runs the new state of the files`);
  expect(output).toContain('flows/parcel.ts changed');

  // A file outside of the folder, which the workflow imports.
  output = '';
  project.write({ 'lib/words.ts': "export const words = 'Waits a week.';" });
  await says(`${url} runs the new state of the files`);
  expect((await client.get('/v1/workflows')).body.workflows[0].description).toBe('Waits a week.');
  expect((await parcel.read()).state).toBe('waiting');

  output = '';
  project.write({ 'flows/parcel.ts': workflowFile('parcel', { state: "after: { month: 'over' }" }) });
  await says(`${url} goes on with the last good state of the files`);
  expect(output).toContain("flows/parcel.ts: Workflow 'parcel'");
  expect((await parcel.read()).state).toBe('waiting');

  output = '';
  project.write({ 'flows/parcel.ts': workflowFile('parcel'), 'flows/table.ts': workflowFile('table') });
  await says(/Play table: /);
  expect((await parcel.read()).state).toBe('waiting');
});

test('a mistake at the beginning waits for its correction', async () => {
  project.write({ 'flows/parcel.ts': 'const = 3' });
  // The file may have been read before it was changed.
  await says(/Waiting for a change|goes on with the last good state/);
  output = '';
  project.write({ 'flows/parcel.ts': workflowFile('box') });
  await says(/Play box: /);
});
