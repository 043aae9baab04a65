/** `doctor`: one line for each fact, with the next step, and no secret. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { nodeFinding } from '../../src/tools/doctor/machine.ts';
import { blankPostgres, freshPostgres } from '../support/databases.ts';
import { AuthorProject, allIsWell, type Run, workflowFile } from './author-project.ts';
import { CommandProcess } from './command-process.ts';

let commands: CommandProcess;
let project: AuthorProject;
beforeAll(() => {
  commands = new CommandProcess();
});
afterAll(() => commands.end());
beforeEach(() => {
  project = new AuthorProject({
    'verification.config.ts':
      "import { defineConfig } from 'verification-workflows';\nexport default defineConfig({ workflows: './flows' });",
    'flows/parcel.ts': workflowFile('parcel'),
  });
});
afterEach(() => project.remove());

const password = 'not-for-the-screen';

async function doctor(settings: Readonly<Record<string, string>> = {}) {
  return findingsOf(await commands.run(['doctor'], project.folder, { PORT: '0', ...settings }));
}

/** After a change of a file: a process that has loaded the file does not read it again. */
function doctorAnew() {
  return findingsOf(project.run(['doctor'], { PORT: '0' }));
}

function findingsOf({ status, stdout, stderr }: Run) {
  expect(stderr).toBe('');
  expect(stdout).not.toContain(password);
  return { status, lines: stdout.split('\n') };
}

test('finds nothing wrong with a project whose files are written', async () => {
  await commands.run(['diagrams'], project.folder);
  await commands.run(['client'], project.folder);
  const { status, lines } = await doctor();
  expect(lines).toContain('All is well');
  expect(lines).toContain(`ok       ${allIsWell(['parcel'], 2)}`);
  expect(status).toBe(0);
  project.write({ 'flows/parcel.ts': workflowFile('package') });
  expect(doctorAnew().lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^warning {2}diagrams has \d+ stale files: verification-workflows diagrams$/),
      'warning  client has 2 stale files: verification-workflows client',
      '0 errors, 2 warnings',
    ]),
  );
});

test('names a mistake in a workflow, and one in a file', async () => {
  project.write({ 'flows/parcel.ts': workflowFile('parcel', { state: "after: { week: { guard: 'open', target: 'over' } }" }) });
  expect(await doctor()).toMatchObject({
    status: 1,
    lines: expect.arrayContaining(["error    flows/parcel.ts: Workflow 'parcel', state 'waiting': the machine has no guard 'open'"]),
  });
  project.write({ 'flows/parcel.ts': "throw new Error('no')" });
  expect(doctorAnew().lines).toContain('error    flows/parcel.ts:1: no');
});

describe('the deployment', () => {
  test('a wrong setting', async () => {
    expect((await doctor({ PORT: 'x' })).lines).toContain('error    PORT must be a number from 0 to 65535');
  });

  test('a taken port', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect((await doctor({ PORT: String(port) })).lines).toContain(
        `warning  The address localhost:${port} is taken: stop the process that listens there, or set another PORT`,
      );
    } finally {
      server.close();
    }
  });

  test('a data folder in use, and one that is not writable', async () => {
    mkdirSync(join(project.folder, 'data'));
    const lock = await lockFolder(join(project.folder, 'data'));
    try {
      expect((await doctor()).lines).toEqual(
        expect.arrayContaining([expect.stringMatching(/^warning {2}The data folder \.\/data is in use by /)]),
      );
    } finally {
      await lock.release();
    }
    expect((await doctor()).lines).toContain('ok       The data folder ./data is free');
    expect((await doctor({ DATA_DIR: '/proc/data' })).lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^error {4}The data folder \/proc\/data cannot be written to \(\w+\): make \/proc writable/),
      ]),
    );
  });

  test('a database: unreachable, empty, and migrated', async () => {
    expect(await doctor({ DATABASE_URL: `postgres://jane:${password}@127.0.0.1:1/none` })).toMatchObject({
      status: 1,
      lines: expect.arrayContaining([
        'error    PostgreSQL at 127.0.0.1:1/none cannot be used: connect ECONNREFUSED 127.0.0.1:1: check DATABASE_URL, and that the server runs',
      ]),
    });
    for (const [open, line] of [
      [blankPostgres, /^warning {2}PostgreSQL at \S+ \(\d\d.*\) has no tables yet: the first start makes them$/],
      [freshPostgres, /^ok {7}PostgreSQL at \S+ \(\d\d.*\) has every table$/],
    ] as const) {
      const { url, drop } = await open();
      try {
        expect((await doctor({ DATABASE_URL: url })).lines).toEqual(expect.arrayContaining([expect.stringMatching(line)]));
      } finally {
        await drop();
      }
    }
  });

  test('providers, by name alone', async () => {
    const smtp = { SMTP_URL: `smtp://jane:${password}@mail.example`, MAIL_FROM: 'service@example.com' };
    expect((await doctor({ ...smtp, SANDBOX: 'false' })).lines).toEqual(
      expect.arrayContaining([
        'ok       Messages by email go to smtp',
        expect.stringMatching(/^warning {2}No provider sends messages by sms: /),
      ]),
    );
  });
});

test('the versions of Node.js', () => {
  const levels = ['18.20.0', '20.18.9', '20.19.0', '21.9.0', '22.11.0', '22.12.0', '24.0.0'].map((version) => nodeFinding(version).level);
  expect(levels).toEqual(['error', 'error', 'ok', 'error', 'error', 'ok', 'ok']);
});
