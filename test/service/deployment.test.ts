/** The forecast of a deployment, compared with the deployment itself: stored sessions of an older version, and the service that follows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { closed, type Migration, type WorkflowDefinition } from '../../machines/workflow.ts';
import { extended } from '../../src/diagrams/fingerprint.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { defineModule } from '../../src/modules/module.ts';
import { compareWith } from '../../src/tools/against/against.ts';
import type { Project } from '../../src/tools/loading/project.ts';
import { Client, quickDatabase, type Service, startIn, type TestDatabase, type TestSession, testDatabase } from '../support/service.ts';

const nothing = Type.Object({}, closed);
const sent = { description: 'Moves on.', body: nothing, resolver: null, sender: 'holder', payloads: [{}] } as const;
const month = 2_592_000_000;

type Version = { readonly version: number; readonly held?: string; readonly migrations?: Readonly<Record<number, Migration>> };

/** @param held the name of the state in which a book is held */
const loan = ({ version, held = 'held', migrations = {} }: Version): WorkflowDefinition =>
  defineWorkflow('loan', () => ({
    collection: 'loans',
    version,
    description: 'Lends a book.',
    machine: setup({ types: {} as { events: { type: 'HOLD' } | { type: 'REST' } }, delays: { month } }).createMachine({
      id: 'loan',
      initial: 'asked',
      states: {
        asked: { on: { HOLD: held, REST: 'resting' }, after: { month: 'over' } },
        [held]: { after: { month: 'over' } },
        resting: { on: { HOLD: held } },
        over: { type: 'final' },
      },
    }),
    start: { body: nothing, resolver: null, events: [null] },
    events: { HOLD: sent, REST: sent },
    view: { schema: nothing, of: () => ({}) },
    deadlines: { month: 'until' },
    migrations,
  }));

const first = loan({ version: 1 });
const same: Migration = (stored) => stored;
const renamed = loan({ version: 2, held: 'kept', migrations: { 1: same } });

const folder = mkdtempSync(join(tmpdir(), 'deployment-'));
let database: TestDatabase;
let service: Service;
let sessions: Record<'asked' | 'held' | 'resting', TestSession>;
beforeAll(async () => {
  const model = readMachine(first.of({}));
  writeFileSync(join(folder, 'loan.json'), JSON.stringify(model));
  writeFileSync(join(folder, 'machines.lock.json'), JSON.stringify(extended({}, [model])));
  database = await testDatabase(quickDatabase);
  service = await startIn(database.environment, [first]);
  const client = new Client(service.url);
  await client.freeze();
  const [asked, held, resting] = [await client.start('loans', {}), await client.start('loans', {}), await client.start('loans', {})];
  await client.start('loans', {});
  await held.send('hold');
  await resting.send('rest');
  sessions = { asked, held, resting };
});
afterAll(async () => {
  await service.stop();
  await database.remove();
  rmSync(folder, { recursive: true });
});

function forecast(definitions: readonly WorkflowDefinition[], more: { readonly against?: string; readonly counted?: boolean } = {}) {
  const project: Project = {
    modules: [defineModule({ name: 'library', workflows: definitions })],
    sources: new Map([['loan', 'loan.ts']]),
    folders: { diagrams: null, client: null },
    settings: {},
    places: [],
    argument: '',
  };
  const environment = more.counted === false ? {} : database.environment;
  return compareWith({ project, against: more.against ?? folder, out: null, environment });
}

const summary = (markdown: string) => markdown.split('\n').find((line) => line.startsWith('| loan |'));

describe('a forecast', () => {
  test('leaves sessions where their version stays registered', async () => {
    const { markdown, problems } = await forecast([first, loan({ version: 2, held: 'kept' })]);
    expect(problems).toEqual([]);
    expect(summary(markdown)).toBe('| loan | 1 → 2 | 4 added, 4 removed | 0 | 4 | 0 |');
  });

  test('strands the sessions of a version that is gone', async () => {
    const { markdown, problems } = await forecast([loan({ version: 2 })]);
    expect(summary(markdown)).toBe('| loan | 1 → 2 | the same | 0 | 0 | 4 |');
    expect(problems).toEqual([
      "Workflow 'loan': version 1 is not registered any more, which would strand 4 sessions: keep version 1 registered, or add migrations[1] to version 2",
    ]);
  });

  test('strands the sessions of a structure that changed without a new version', async () => {
    const { markdown, problems } = await forecast([loan({ version: 1, held: 'kept' })]);
    expect(summary(markdown)).toContain('| 0 | 0 | 4 |');
    expect(problems).toEqual([
      "Workflow 'loan': the structure of version 1 changed without a new version, which would strand 4 sessions: raise the version to 2, and register the old machine as version 1 or add migrations[1]",
    ]);
  });

  test('strands the sessions of a workflow that is gone', async () => {
    const { markdown, problems } = await forecast([]);
    expect(summary(markdown)).toMatch(/^\| loan \| 1, removed \|.*\| 0 \| 0 \| 4 \|$/);
    expect(problems).toEqual([expect.stringMatching(/^Workflow 'loan': version 1 .* 4 sessions: keep the workflow until/)]);
  });

  test('needs no database to name a version that is gone, and then counts nothing', async () => {
    const { markdown, problems } = await forecast([loan({ version: 2 })], { counted: false });
    expect(summary(markdown)).toBe('| loan | 1 → 2 | the same | ? | ? | ? |');
    expect(problems).toEqual([expect.stringContaining('would strand its sessions, if any are left')]);
  });

  test('of a service without diagrams says so, and counts the sessions of its sandbox', async () => {
    const { markdown } = await forecast([renamed], { against: service.url, counted: false });
    expect(markdown).toContain(`has no diagram of loan: start it with the files that verification-workflows diagrams writes`);
    expect(summary(markdown)).toBe('| loan | 1 → 2 | not compared | 4 | 0 | 0 |');
  });

  test('tries each migration, and the start does as it says', async () => {
    const { markdown, problems } = await forecast([renamed]);
    expect(summary(markdown)).toBe('| loan | 1 → 2 | 4 added, 4 removed | 3 | 0 | 1 |');
    expect(markdown).toContain('| 1 | `asked` | 2 | move to version 2 |');
    expect(problems).toEqual([
      expect.stringMatching(
        /^Workflow 'loan', state 'held': migrations\[1\] fails for 1 session \(There is no state held in loan\): correct/,
      ),
    ]);
    await service.stop();
    service = await startIn(database.environment, [renamed]);
    const client = new Client(service.url);
    const statuses = Object.values(sessions).map(async (session) => (await client.get(session.path, session.token)).status);
    expect(await Promise.all(statuses)).toEqual([200, 503, 200]);
  });
});

test('a lock alone names the .json that is missing, and still finds a changed structure', async () => {
  const place = mkdtempSync(join(tmpdir(), 'lock-'));
  try {
    writeFileSync(join(place, 'old.lock.json'), readFileSync(join(folder, 'machines.lock.json')));
    const against = join(place, 'old.lock.json');
    const { markdown, problems } = await forecast([loan({ version: 1, held: 'kept' })], { against, counted: false });
    expect(markdown).toContain(
      'only the fingerprint of loan version 1, and loan.json is missing: put the .json of that version beside the lock',
    );
    expect(problems).toEqual([expect.stringContaining('changed without a new version')]);
    expect((await forecast([first], { against, counted: false })).problems).toEqual([]);
    expect(readdirSync(place)).toEqual(['old.lock.json']);
    await expect(forecast([first], { against: join(place, 'none') })).rejects.toThrow(/^There is no .*none: name a machines\.lock\.json/);
  } finally {
    rmSync(place, { recursive: true });
  }
});
