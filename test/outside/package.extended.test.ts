/** A project outside the repository builds a service with only the packed archive: its own modules, on every supported Node.js. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json } from '../support/service.ts';
import { CommandProcess } from '../tools/command-process.ts';
import { guest, reaches } from './booking.ts';
import { misspellings } from './misspellings.ts';
import { mountedSuite } from './mounted-suite.ts';
import { nodes, type Project } from './project-folder.ts';
import { openRestaurant, type Restaurant } from './restaurant.ts';
import { servedSuite } from './served-suite.ts';

let restaurant: Restaurant;
let project: Project;
let missingCompanions: { readonly diagrams: Json; readonly client: Json };
beforeAll(async () => {
  restaurant = await openRestaurant();
  project = restaurant.project;
  missingCompanions = {
    diagrams: project.command(['diagrams', 'dist/modules.js', '--out', 'dist/bookings/diagrams']),
    client: project.command(['client', 'dist/modules.js', '--out', 'src/client']),
  };
  project.installCompanions();
}, 300_000);
afterAll(() => restaurant?.close());

describe('the command', () => {
  let commands: CommandProcess;
  beforeAll(() => {
    commands = new CommandProcess(join(project.folder, 'node_modules/verification-workflows'));
  });
  afterAll(() => commands.end());
  const command = (args: readonly string[]) => commands.run(args, project.folder);

  test('names a missing companion in one line', () => {
    expect(missingCompanions.diagrams).toEqual({
      status: 2,
      stdout: '',
      stderr: 'Drawing diagrams needs the package elkjs, which is not installed: npm install --save-dev elkjs\n',
    });
    expect(missingCompanions.client.stderr).toMatch(/^Writing a client needs the package json-schema-to-typescript, .*\n$/);
  });

  test('finds no fault in the modules', async () => {
    expect(await command(['check', 'dist/modules.js'])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^All is well: 5 workflows \(table-booking, departure, trip, and 2 built in\), \d+ states\n$/),
      stderr: '',
    });
  });

  test('writes a typed client for these workflows, and reports a stale one', async () => {
    expect(await command(['client', 'dist/modules.js', '--out', 'src/client'])).toMatchObject({ status: 0, stderr: '' });
    expect(project.compile()).toEqual([]);
    expect((await command(['client', 'dist/modules.js', '--out', 'src/client', '--check'])).status).toBe(0);
    expect(await command(['client', 'dist/modules.js', '--out', 'src/elsewhere', '--check'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('run verification-workflows client dist/modules.js --out src/elsewhere'),
    });
  });

  test('draws only the workflows of the project, and leaves folders with other files alone', async () => {
    const out = 'dist/bookings/diagrams';
    expect(await command(['diagrams', 'dist/modules.js', '--out', out])).toMatchObject({ status: 0, stderr: '' });
    expect(project.read(`${out}/table-booking.svg`)).toContain('<svg');
    expect(Object.keys(JSON.parse(project.read(`${out}/machines.lock.json`))).sort()).toEqual(['departure', 'table-booking', 'trip']);
    expect((await command(['diagrams', 'dist/modules.js', '--out', out, '--check'])).status).toBe(0);
    expect(await command(['diagrams', 'dist/modules.js', '--out', 'src'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/src holds other files: name a folder for the pictures alone\n$/),
    });
  });

  test.each([
    [['draw'], "There is no command 'draw'"],
    [['check', 'missing.js'], 'There is no file missing.js'],
    [['check', 'dist/bookings/figures.js'], "dist/bookings/figures.js exports no list of modules: export it as default, or as 'modules'"],
    [['client', 'dist/modules.js'], 'Name the folder: verification-workflows client --out FOLDER'],
  ])('%s is an error', async (args, line) => {
    const { status, stderr } = await command(args);
    expect({ status, line: stderr.split('\n')[0] }).toEqual({ status: 2, line });
  });
});

test('no service is made with a wrong name, and the message names it', () => {
  const files = misspellings.map(([, file, from, to]) => project.misspelt(file, from, to));
  const expected = misspellings.map(([, , , , line]) => expect.stringContaining(line));
  expect(project.startFaults([...files, join(project.folder, 'dist/modules.js')], { ...restaurant.settings, POLICY: 'seed' })).toEqual([
    ...expected,
    null,
  ]);
});

describe('a wrong name ends the process with exit code 2 and one line', () => {
  test('of a task', () => {
    const [, file, from, to, line] = misspellings.find(([sort]) => sort === 'task') ?? expect.fail('There is none');
    const { status, stdout, stderr } = project.command(['start', project.misspelt(file, from, to)], restaurant.settings);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('    at ');
  });

  test('of a setting, and of a figure in POLICY', () => {
    expect(project.command(['start', 'dist/modules.js'], { ...restaurant.settings, RESTAURANT_URL: 'restaurant' })).toEqual({
      status: 2,
      stdout: '',
      stderr: 'RESTAURANT_URL must be the address of the restaurant’s service\n',
    });
    expect(project.command(['start', 'dist/modules.js'], { ...restaurant.settings, POLICY: 'package.json' })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^POLICY: package\.json.*\n$/),
    });
  });
});

describe('the service', () => {
  servedSuite(() => ({ ...restaurant, node: process.execPath }));
});

describe('mounted', () => {
  mountedSuite(() => ({ ...restaurant, node: process.execPath }));
});

// Each feature is tried there in the long run.
describe.each(nodes.filter(({ isThis }) => !isThis))('on $title', ({ binary, major }) => {
  test.skipIf(binary === null)('the service books a table and stops', async () => {
    const node = binary ?? '';
    expect(project.run(node, ['--version']).stdout).toMatch(new RegExp(`^v${major}\\.`));
    const args = [project.bin, 'start', 'dist/modules.js'];
    const server = await project.serve(node, args, restaurant.settings);
    restaurant.partner.answers();
    const booking = await new Client(server.url).start('table-bookings', guest);
    await reaches(booking, 'held');
    expect((await booking.send('confirm')).body).toMatchObject({ status: 'done', outcome: 'booked' });
    expect((await server.end('SIGTERM')).status).toBe(0);
  });
});
