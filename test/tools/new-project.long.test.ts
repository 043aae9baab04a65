/** A project that `init` makes from the packed archive in an empty folder, and its scripts, on every supported Node.js. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodes, type Run, serveIn } from '../outside/project-folder.ts';
import { Client, type Json } from '../support/service.ts';
import { allIsWell } from './author-project.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let place: string;
let project: string;
let made: Run;
let seconds: number;

/** Runs a command in the project, with this Node.js first on the path. */
function run(command: string, args: readonly string[]): Run {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: 'utf8', env, timeout: 300_000 });
  return { status, stdout, stderr };
}

const script = (name: string, ...args: string[]) => run('npm', ['run', '--silent', name, '--', ...args]);

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'new-project-'));
  project = join(place, 'bookings');
  mkdirSync(project);
  spawnSync(process.execPath, [join(root, 'src/build/pack.js'), join(place, 'packed')]);
  const [archive = ''] = readdirSync(join(place, 'packed')).filter((name) => /^verification-workflows-\d/.test(name));
  const begun = performance.now();
  // A cache of its own: npx would find an archive of the same name that it has installed before.
  const from = ['--yes', '--cache', join(place, 'cache'), '--package', `../packed/${archive}`];
  made = run('npx', [...from, 'verification-workflows', 'init', '--name', 'table-hold', '--install']);
  seconds = (performance.now() - begun) / 1000;
}, 300_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('a new project', () => {
  test('depends on the archive beside it, and says the next step', () => {
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/workflows\/table-hold\.ts\n[\s\S]*Next:\n {2}npm run dev\n$/) });
    const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    expect(dependencies['verification-workflows']).toMatch(/^file:\.\.\/packed\/verification-workflows-.*\.tgz$/);
    expect(existsSync(join(project, 'node_modules/verification-workflows/dist/src/command.js'))).toBe(true);
    expect(seconds).toBeLessThan(240);
  });

  test('compiles, and passes the check', () => {
    expect(script('check')).toEqual({
      status: 0,
      stdout: `${allIsWell(['table-hold'], 6)}\n`,
      stderr: '',
    });
  });

  test('draws its machine, and writes its client', () => {
    expect(script('diagrams')).toMatchObject({ status: 0, stdout: 'diagrams is written\n' });
    expect(readdirSync(join(project, 'diagrams')).toSorted()).toEqual([
      'machines.lock.json',
      'table-hold.json',
      'table-hold.mmd',
      'table-hold.overview.svg',
      'table-hold.svg',
    ]);
    expect(script('client')).toMatchObject({ status: 0, stdout: 'client is written\n' });
    expect(readFileSync(join(project, 'client/generated/workflow-types.d.ts'), 'utf8')).toContain("'table-hold'");
    expect(script('diagrams', '--check').status).toBe(0);
  });

  test('keeps its promises on every path, and a changed machine breaks one', () => {
    const tested = script('test');
    expect(tested).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('ok    table-hold: its paths keep its promises\n'),
    });
    expect(tested.stdout).toMatch(/states +6 of 6\n[\s\S]*\d passed, 0 failed: coverage\/model\.html shows the paths\n$/);
    expect(readFileSync(join(project, 'coverage/model.html'), 'utf8')).toContain('<h2>table-hold, version 1</h2>');
    const file = join(project, 'workflows/table-hold.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace("DECLINE: 'declined'", "DECLINE: 'booked'"));
    try {
      expect(script('test')).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/^FAIL {2}table-hold: a guarded state is entered by nothing but its proof\n +not so: DECLINE/m),
        stdout: expect.stringMatching(/\d passed, \d+ failed\n$/),
      });
    } finally {
      writeFileSync(file, text);
    }
    expect(script('test', 'table-hald')).toMatchObject({
      status: 2,
      stderr: "There is no workflow 'table-hald': did you mean table-hold?\n",
    });
  });

  test('is well, as the doctor says', () => {
    expect(run('npm', ['run', '--silent', 'doctor'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('ok       client is what'),
    });
  });

  test('is not made twice', () => {
    expect(run('node_modules/.bin/verification-workflows', ['init', '--name', 'table-hold'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^\. has package\.json, .* already: name an empty folder, .*\n$/),
    });
  });
});

describe.each(nodes)('on $title', ({ binary, major }) => {
  test.skipIf(binary === null)('plays its workflow: data, a message, a timer, a refusal', async () => {
    const server = await serveIn(project, binary ?? '', ['node_modules/.bin/verification-workflows', 'start'], {
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: join(place, `data-${major}`),
      SERVICE_NAME: 'Chez Jane',
    });
    const client = new Client(server.url);
    await client.freeze();
    const hold = await client.start('table-holds', { name: 'Jane', email: 'jane@example.com', day: '2027-03-01' });
    expect(hold.created).toMatchObject({
      state: 'offered.fresh',
      data: { name: 'Jane', email: expect.stringMatching(/^j\*+@/), movesLeft: 2 },
    });
    await expect.poll(async () => (await client.messages('jane@example.com')).length).toBe(1);
    await client.clock({ advance: 'PT24H' });
    await expect.poll(async () => (await client.messages('jane@example.com')).length, { timeout: 20_000 }).toBe(2);
    expect((await client.messages('jane@example.com')).map(({ subject }: Json) => subject)).toContain('Chez Jane waits for your answer');
    for (const day of ['2027-03-02', '2027-03-03']) expect((await hold.send('move', { day })).status).toBe(200);
    expect(await hold.send('move', { day: '2027-03-04' })).toMatchObject({ status: 409, body: { code: 'table-hold-moved-too-often' } });
    expect((await hold.send('accept')).body).toMatchObject({ outcome: 'booked', data: { day: '2027-03-03' } });
    expect((await client.get('/diagrams/table-hold.svg')).status).toBe(200);
    expect((await server.end('SIGTERM')).status).toBe(0);
  });
});
