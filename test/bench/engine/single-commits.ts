/**
 * The baseline of the engine: the number of steps that the database commits one by one. A step of one session and its history is one
 * prepared statement, and enough connections keep the database busy. The load comes from PostgreSQL's own `pgbench` if that is installed;
 * otherwise from `pg`, which costs more processor time.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Database } from '../database.ts';
import { Remote } from '../remote.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import type { StatementCommands } from './statements-process.ts';

const run = promisify(execFile);

const connections = 16;
const rows = 10_000;

/** A row as wide as a session, with its history; one index less. */
const schema = `
create table steps (
  number integer primary key, revision integer not null, status text not null, state text not null, document jsonb not null,
  sealed text, due_at bigint, lease_until timestamptz, updated_at bigint not null
) with (fillfactor = 80);
create table steps_history (number integer not null, revision integer not null, entries jsonb not null, primary key (number, revision));
create index steps_due on steps (due_at) where due_at is not null;
insert into steps
select number, 1, status, state, document, sealed, due_at, null, updated_at
from generate_series(1, ${rows}) as number, (select * from sessions limit 1) as session;
vacuum (analyze) steps`;

const step = (number: string) => `
with step as (
  update steps set revision = revision + 1, document = document, state = 'codeActive.cooldown', updated_at = updated_at + 1
  where number = ${number} returning number, revision
)
insert into steps_history
select number, revision, '[{"at":1764000000000,"event":"SUBMIT_CODE","from":"codeActive.cooldown","to":"codeActive.cooldown","refusal":"wrong-code"}]'
from step`;

export interface SingleCommits {
  /** The program that sends the commits. */
  readonly name: string;
  perSecond(seconds: number): Promise<number>;
  end(): Promise<void>;
}

/** @param url of a database with the service's tables and one session */
export async function singleCommits(database: Database, url: string): Promise<SingleCommits> {
  for (const statement of schema.split(';')) await database.query(statement, [], url);
  const installed = await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
  return installed ? withPgbench(url) : withPg(url);
}

async function withPgbench(url: string): Promise<SingleCommits> {
  const folder = temporaryFolder('pgbench');
  const script = join(folder.path, 'step.sql');
  await writeFile(script, `\\set number random(1, ${rows})\n${step(':number').replaceAll('\n', ' ')};\n`);
  return {
    name: `pgbench, ${connections} clients`,
    perSecond: async (seconds) => {
      const options = ['-n', '-M', 'prepared', '-c', String(connections), '-j', '2', '-T', String(seconds), '-f', script];
      const { stdout } = await run('pgbench', [...options, url]);
      return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    },
    end: async () => folder.remove(),
  };
}

async function withPg(url: string): Promise<SingleCommits> {
  const settings = { DATABASE_URL: url };
  const remote = new Remote<StatementCommands>(fileURLToPath(new URL('statements-process.ts', import.meta.url)), settings);
  return {
    name: `single commits through pg, ${connections} connections`,
    perSecond: (seconds) => remote.call('statements', { text: step('$1'), largest: rows, connections, seconds }),
    end: () => remote.end(),
  };
}
