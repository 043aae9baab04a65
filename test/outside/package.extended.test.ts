/** A project outside the repository builds a service with only the packed archive: its own modules, on every supported Node.js. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type Json } from '../support/service.ts';
import { guest, reaches } from './booking.ts';
import { misspellings } from './misspellings.ts';
import { mountedSuite } from './mounted-suite.ts';
import { Partner } from './partner.ts';
import { nodes, Project, type Server } from './project-folder.ts';

let project: Project;
let partner: Partner;
let missingCompanions: { readonly diagrams: Json; readonly client: Json };
beforeAll(async () => {
  partner = await Partner.listen();
  project = new Project();
  expect(project.compile().filter((line) => !line.startsWith('src/consumer.ts'))).toEqual([]);
  missingCompanions = {
    diagrams: project.command(['diagrams', 'dist/modules.js', '--out', 'dist/bookings/diagrams']),
    client: project.command(['client', 'dist/modules.js', '--out', 'src/client']),
  };
  project.installCompanions();
}, 300_000);
afterAll(() => {
  partner?.close();
  project?.remove();
});

const settings = () => ({
  RESTAURANT_URL: partner.url,
  PARTNER_URL: partner.url,
  POLICY: 'policy.json',
  PORT: '0',
  SANDBOX: 'true',
  LOG_LEVEL: 'silent',
  SERVICE_NAME: 'Chez Jane',
});

describe('the command', () => {
  test('names a missing companion in one line', () => {
    expect(missingCompanions.diagrams).toEqual({
      status: 2,
      stdout: '',
      stderr: 'Drawing diagrams needs the package elkjs, which is not installed: npm install --save-dev elkjs\n',
    });
    expect(missingCompanions.client.stderr).toMatch(/^Writing a client needs the package json-schema-to-typescript, .*\n$/);
  });

  test('finds no fault in the modules', () => {
    expect(project.command(['check', 'dist/modules.js'])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^All is well: 5 workflows \(table-booking, departure, trip, and 2 built in\), \d+ states\n$/),
      stderr: '',
    });
  });

  test('writes a typed client for these workflows, and reports a stale one', () => {
    expect(project.command(['client', 'dist/modules.js', '--out', 'src/client'])).toMatchObject({ status: 0, stderr: '' });
    expect(project.compile()).toEqual([]);
    expect(project.command(['client', 'dist/modules.js', '--out', 'src/client', '--check']).status).toBe(0);
    expect(project.command(['client', 'dist/modules.js', '--out', 'src/elsewhere', '--check'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('run verification-workflows client dist/modules.js --out src/elsewhere'),
    });
  });

  test('draws only the workflows of the project, and leaves folders with other files alone', () => {
    const out = 'dist/bookings/diagrams';
    expect(project.command(['diagrams', 'dist/modules.js', '--out', out])).toMatchObject({ status: 0, stderr: '' });
    expect(project.read(`${out}/table-booking.svg`)).toContain('<svg');
    expect(Object.keys(JSON.parse(project.read(`${out}/machines.lock.json`))).sort()).toEqual(['departure', 'table-booking', 'trip']);
    expect(project.command(['diagrams', 'dist/modules.js', '--out', out, '--check']).status).toBe(0);
    expect(project.command(['diagrams', 'dist/modules.js', '--out', 'src'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/src holds other files: name a folder for the pictures alone\n$/),
    });
  });

  test.each([
    [['draw'], "There is no command 'draw'"],
    [['check', 'missing.js'], 'There is no file missing.js'],
    [['check', 'dist/bookings/figures.js'], "dist/bookings/figures.js exports no list of modules: export it as default, or as 'modules'"],
    [['client', 'dist/modules.js'], 'Name the folder: verification-workflows client --out FOLDER'],
  ])('%s is an error', (args, line) => {
    const { status, stderr } = project.command(args);
    expect({ status, line: stderr.split('\n')[0] }).toEqual({ status: 2, line });
  });
});

test('no service is made with a wrong name, and the message names it', () => {
  const files = misspellings.map(([, file, from, to]) => project.misspelt(file, from, to));
  const expected = misspellings.map(([, , , , line]) => expect.stringContaining(line));
  expect(project.startFaults([...files, join(project.folder, 'dist/modules.js')], { ...settings(), POLICY: 'seed' })).toEqual([
    ...expected,
    null,
  ]);
});

describe('a wrong name ends the process with exit code 2 and one line', () => {
  test('of a task', () => {
    const [, file, from, to, line] = misspellings.find(([sort]) => sort === 'task') ?? expect.fail('There is none');
    const { status, stdout, stderr } = project.command(['start', project.misspelt(file, from, to)], settings());
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(line);
    expect(stderr).not.toContain('    at ');
  });

  test('of a setting, and of a figure in POLICY', () => {
    expect(project.command(['start', 'dist/modules.js'], { ...settings(), RESTAURANT_URL: 'restaurant' })).toEqual({
      status: 2,
      stdout: '',
      stderr: 'RESTAURANT_URL must be the address of the restaurant’s service\n',
    });
    expect(project.command(['start', 'dist/modules.js'], { ...settings(), POLICY: 'package.json' })).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^POLICY: package\.json.*\n$/),
    });
  });
});

/** Advances the clock until the partners have been asked this often: the end of an attempt is recorded a moment after its answer. */
async function askedAgain(client: Client, times: number): Promise<void> {
  const moveOn = async () => {
    if (partner.asked.length < times) await client.clock({ advance: 'PT1S' });
    return partner.asked.length;
  };
  await expect.poll(moveOn, { timeout: 20_000 }).toBe(times);
}

describe.each(nodes)('on $title', ({ binary, major }) => {
  const node = binary ?? '';
  const isThis = node === process.execPath;

  describe.skipIf(binary === null)('the service', () => {
    let folder: string;
    let server: Server;
    let client: Client;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'data-'));
      const args = [project.bin, 'start', 'dist/modules.js'];
      server = await project.serve(node, args, { ...settings(), DATA_DIR: join(folder, 'data') });
      client = new Client(server.url);
      await client.freeze();
    });
    afterAll(async () => {
      expect((await server?.end('SIGTERM'))?.status).toBe(0);
      rmSync(folder, { recursive: true, force: true });
    });

    test('books a table: retries, message, mask, figure, refusal, claim', async () => {
      partner.answers(503, 503);
      const booking = await client.start('table-bookings', guest);
      await askedAgain(client, 3);
      const held = await reaches(booking, 'held');
      expect(partner.asked).toEqual(Array(3).fill('PUT /tables/ID'));
      expect(held.data).toEqual({ name: 'Jane Doe', email: 'j***@example.com', guests: 2, changesLeft: 1 });
      expect(Date.parse(held.heldUntil) - Date.parse(held.updatedAt)).toBe(15 * 60_000);

      await expect.poll(async () => (await client.messages(guest.email)).length).toBe(1);
      const [message] = await client.messages(guest.email);
      expect(message).toMatchObject({
        subject: 'Chez Jane holds a table for you',
        text: expect.stringContaining('A table is held for Jane Doe.'),
      });

      // POLICY allows one change.
      expect((await booking.send('change-guests', { guests: 4 })).status).toBe(200);
      expect((await reaches(booking, 'held')).data).toMatchObject({ guests: 4, changesLeft: 0 });
      const refused = await booking.send('change-guests', { guests: 5 });
      expect(refused).toMatchObject({ status: 409, body: { code: 'guests-changed-too-often', session: { state: 'held' } } });
      expect(refused.body.retryAfterMs ?? refused.headers.get('retry-after')).not.toBeNull();
      expect(await client.get('/problems/guests-changed-too-often')).toMatchObject({
        status: 200,
        body: expect.stringContaining('The number of guests was changed too often'),
      });

      const { body } = await booking.send('confirm');
      expect(body).toMatchObject({ status: 'done', outcome: 'booked' });
      expect(decodeJwt(body.result.token)).toMatchObject({ sub: booking.id, booked_by: 'Jane Doe', email: guest.email });
      expect(JSON.stringify([held, refused.body, body.data])).not.toContain(guest.email);
    });

    test('ends a booking that the restaurant refuses, one that it never answers, and one that the guest does not confirm', async () => {
      partner.answers(409);
      expect(await reaches(await client.start('table-bookings', guest), 'unavailable')).toMatchObject({
        outcome: 'unavailable',
        result: null,
      });

      partner.answers(503, 503, 503);
      const failing = await client.start('table-bookings', guest);
      await askedAgain(client, 3);
      await reaches(failing, 'unavailable');

      partner.answers();
      const forgotten = await client.start('table-bookings', guest);
      await reaches(forgotten, 'held');
      await client.clock({ advance: 'PT15M' });
      await reaches(forgotten, 'cancelled');
      expect(partner.asked).toEqual(['PUT /tables/ID', 'DELETE /tables/ID']);
    });

    test.runIf(isThis)('aborts an attempt after the time-out of its task', async () => {
      partner.answers('silence');
      const booking = await client.start('table-bookings', guest);
      await expect.poll(() => partner.givenUp, { timeout: 20_000 }).toBe(1);
      await askedAgain(client, 2);
      await reaches(booking, 'held');
    });

    test('answers a meaningless body, and wrong fields', async () => {
      const wrong = await client.post('/v1/table-bookings', { ...guest, email: 'nowhere' });
      expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-request', errors: [{ path: '/email' }] } });
      const many = await client.post('/v1/table-bookings', { ...guest, guests: 13 });
      expect(many).toMatchObject({ status: 400, body: { errors: [{ path: '/guests' }] } });
    });

    test('runs parallel states at once, and returns to each after a pause', async () => {
      const departure = await client.start('departures', {});
      const { state } = departure.created;
      expect(state).toBe('preparing.fare.unpaid|preparing.luggage.open');
      expect((await departure.send('pay')).body.state).toContain('fare.paid');
      expect((await departure.send('pause')).body).toMatchObject({ state: 'paused', packedAt: null });
      await client.clock({ advance: 'PT2M' });
      const resumed = (await departure.send('resume')).body;
      expect(resumed.state).toBe('preparing.fare.paid|preparing.luggage.open');
      await client.clock({ advance: 'PT1M' });
      expect(await reaches(departure, 'ready')).toMatchObject({ status: 'done', result: { token: expect.any(String) } });
    });

    test('makes two calls, and undoes the first if the second fails', async () => {
      partner.answers();
      await reaches(await client.start('trips', {}), 'booked');
      expect(partner.asked).toEqual(['POST /flights', 'POST /hotels']);

      partner.answers(200, 410, 503);
      const full = await client.start('trips', {});
      await expect.poll(() => partner.asked).toEqual(['POST /flights', 'POST /hotels', 'DELETE /flights']);
      expect((await full.read()).state).toBe('returning');
      await askedAgain(client, 4);
      await reaches(full, 'failed');
      expect(partner.asked).toEqual(['POST /flights', 'POST /hotels', 'DELETE /flights', 'DELETE /flights']);
    });

    test('describes the workflows in OpenAPI, on the start page, as a list and as pictures', async () => {
      const { body: openApi } = await client.get('/openapi.json');
      expect(Object.keys(openApi.paths)).toEqual(
        expect.arrayContaining(['/v1/table-bookings', '/v1/table-bookings/{id}/change-guests', '/v1/departures', '/v1/trips/{id}']),
      );
      expect(JSON.stringify(openApi)).toContain('guests-changed-too-often');
      const { body: page } = await client.get('/?workflow=table-booking');
      expect(page).toContain('<a href="/?workflow=table-booking" aria-current="page">');
      const { workflows } = JSON.parse(
        (/data-settings="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
      );
      expect(Object.keys(workflows['table-booking'].start.properties)).toEqual(['name', 'email', 'guests']);
      expect(Object.keys(workflows['table-booking'].events)).toEqual(['change-guests', 'confirm', 'cancel']);
      const { body: list } = await client.get('/v1/workflows');
      const described = list.workflows.find(({ name }: Json) => name === 'table-booking');
      expect(described.diagrams).toMatchObject({ svg: '/diagrams/table-booking.svg', json: '/diagrams/table-booking.json' });
      expect(await client.get(described.diagrams.svg)).toMatchObject({
        status: 200,
        body: project.read('dist/bookings/diagrams/table-booking.svg'),
      });
      expect((await client.get('/diagrams?workflow=table-booking')).body).toContain('<svg');
      // The built-in workflows have the pictures of the package.
      expect((await client.get('/diagrams/email-verification.svg')).status).toBe(200);
      expect((await client.get('/docs/swagger-ui-bundle.js')).status).toBe(200);
    });
  });

  describe.skipIf(binary === null)('mounted', () => {
    mountedSuite(() => ({ node, project, partner, settings: settings() }));
  });

  test.runIf(binary !== null)(`is Node.js ${major}`, () => {
    expect(project.run(node, ['--version']).stdout).toMatch(new RegExp(`^v${major}\\.`));
  });
});
