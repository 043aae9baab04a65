/** The pictures over HTTP: the committed files, their page, and the overlays of sessions and coverage. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressesUnder } from '../../src/http/addresses.ts';
import { CoverageFile } from '../../src/http/diagrams/diagram-coverage.ts';
import { DiagramFiles } from '../../src/http/diagrams/diagram-files.ts';
import { SessionCounts } from '../../src/http/diagrams/session-counts.ts';
import { Client, quickDatabase, type Service, startIn, type TestDatabase, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let service: Service;
let client: Client;
beforeAll(async () => {
  database = await testDatabase(quickDatabase);
  service = await startIn(database.environment);
  client = new Client(service.url);
});
afterAll(async () => {
  await service.stop();
  await database.remove();
});

describe('the files', () => {
  test.each([
    ['email-verification.svg', 'image/svg+xml'],
    ['email-verification.overview.svg', 'image/svg+xml'],
    ['email-verification.mmd', 'text/plain; charset=utf-8'],
    ['email-verification.json', 'application/json'],
  ])('%s is the committed one', async (name, type) => {
    const response = await fetch(`${service.url}/diagrams/${name}`);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(readFileSync(new URL(`../../diagrams/${name}`, import.meta.url), 'utf8'));
    const tag = response.headers.get('etag') ?? '';
    expect((await fetch(response.url, { headers: { 'if-none-match': tag } })).status).toBe(304);
  });

  test.each(['unknown.svg', 'email-verification.png', '..%2Fpackage.json', 'machines.lock.json'])('%s is not found', async (name) => {
    expect(await client.get(`/diagrams/${name}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('a picture opened by itself runs and loads nothing', async () => {
    const { headers } = await client.get('/diagrams/email-verification.svg');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; frame-ancestors 'none'$/);
  });

  test('/v1/workflows links all pictures', async () => {
    const { diagrams } = (await client.get('/v1/workflows')).body.workflows[0];
    for (const link of Object.values<string>(diagrams)) expect((await client.get(link)).status).toBe(200);
    expect(diagrams.page).toBe('/diagrams?workflow=email-verification');
  });

  test('a workflow without a picture links only its page', () => {
    const files = new DiagramFiles({ 'new-workflow': join(tmpdir(), 'no-such-folder') }, addressesUnder('https://verify.example'));
    expect(files.links('new-workflow')).toEqual({
      page: '/diagrams?workflow=new-workflow',
      svg: null,
      overview: null,
      mermaid: null,
      json: null,
    });
    expect(files.drawn('new-workflow')).toBeNull();
  });
});

describe('the page', () => {
  test('contains the pictures, and loads nothing from elsewhere', async () => {
    const { status, headers, body } = await client.get('/diagrams');
    expect(status).toBe(200);
    expect(body.match(/<svg/g)).toHaveLength(2);
    expect(body).not.toMatch(/<style|\sstyle=|https?:\/\/(?!www\.w3\.org)/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  });

  test('links to the page where the workflow is played', async () => {
    const { body } = await client.get('/diagrams?workflow=phone-verification');
    expect(body).toContain('href="/?workflow=phone-verification"');
  });

  test('links existing files only', async () => {
    const { body } = await client.get('/diagrams');
    const addresses = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses).toHaveLength(5);
    for (const address of addresses) expect((await client.get(address)).status).toBe(200);
  });

  test('of an unknown workflow is not found', async () => {
    expect((await client.get('/diagrams?workflow=unknown')).status).toBe(404);
  });
});

describe('the sessions in each state', () => {
  test('are counted, ended ones included', async () => {
    const session = await client.verify('counted@example.com');
    const ended = await client.verify('cancelled@example.com');
    await ended.send('cancel');
    const { body } = await client.get('/diagrams/email-verification/sessions.json');
    expect(body.counts).toEqual([
      { version: session.created.version, status: 'active', state: 'codeActive.cooldown', sessions: 1 },
      { version: session.created.version, status: 'done', state: 'cancelled', sessions: 1 },
    ]);
  });

  test('are counted once for all concurrent readers, and again after a failure', async () => {
    let asked = 0;
    const counts = new SessionCounts(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return [];
    });
    await expect(counts.of('email-verification')).rejects.toThrow('away');
    await Promise.all([counts.of('email-verification'), counts.of('email-verification')]);
    expect(asked).toBe(2);
  });
});

describe('the coverage', () => {
  const path = (sentence: string) => ({ sentence, states: ['a'], transitions: ['a:go:0'] });
  const coverage = {
    version: 1,
    transitions: { 'a:go:0': { paths: 4 }, 'a:never:0': { paths: 0 } },
    states: { a: { paths: 4 } },
    paths: [path('a long way to go'), path('short'), path('shorter by some'), path('short too')],
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coverage-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('comes with the shortest paths of each transition', async () => {
    const file = join(folder, 'model.json');
    await writeFile(file, JSON.stringify({ workflows: { tried: coverage } }));
    const read = await new CoverageFile(file).of('tried', 1);
    expect(read?.transitions['a:go:0']).toEqual({ paths: 4, examples: [0, 1, 2] });
    expect(read?.transitions['a:never:0']).toEqual({ paths: 0, examples: [] });
    expect(read?.sentences).toEqual(['short', 'short too', 'shorter by some']);
  });

  test.each([
    ['absent', null],
    ['not JSON', '{'],
    ['something else', '{"workflows":{"tried":{"version":"1"}}}'],
    ['of another version', JSON.stringify({ workflows: { tried: { ...coverage, version: 2 } } })],
  ])('is empty if the file is %s', async (name, text) => {
    const file = join(folder, `${name}.json`);
    if (text !== null) await writeFile(file, text);
    expect(await new CoverageFile(file).of('tried', 1)).toBeNull();
  });
});
