/** The image and the compose file, as far as they can be tested without Docker: the named files exist, and the service runs from them. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { command, copied, environment, layOutImage, said } from '../support/image.ts';
import { type Json, type TestDatabase, testDatabase } from '../support/service.ts';
import { read } from '../support/settings.ts';

const execute = promisify(execFile);
const compose: Json = parse(readFileSync('compose.yaml', 'utf8'), { merge: true });
const secretKeys = `main:${Buffer.alloc(32, 7).toString('base64')}`;

/** The settings that the configuration reads. */
function asked(given: Readonly<Record<string, string>>): string[] {
  const names = new Set<string>();
  const seen = new Proxy(given, {
    get: (settings, name: string) => {
      names.add(name);
      return settings[name];
    },
  });
  read(seen, () => '{}');
  return [...names];
}

describe('the Dockerfile', () => {
  test('copies existing files that .dockerignore lets through', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    expect(copied().filter((path) => !existsSync(path))).toEqual([]);
    expect(copied().toSorted()).toEqual(allowed.toSorted());
  });

  test('sets known settings, and runs existing files', () => {
    const names = Object.keys(environment()).filter((name) => name !== 'NODE_COMPILE_CACHE');
    expect(asked({ ...environment(), SECRET_KEYS: secretKeys })).toEqual(expect.arrayContaining(names));
    expect([names.length > 3, command('CMD')[0], existsSync(command('CMD')[1] ?? '')]).toEqual([true, 'node', true]);
    expect([said('EXPOSE'), said('USER').at(-1)]).toEqual([[environment()['PORT']], 'node']);
  });

  test('has the version of the package as its label', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(said('LABEL').join(' ')).toContain(`org.opencontainers.image.version="${version}"`);
  });
});

describe('the compose file', () => {
  const { services } = compose;
  const uses = (text: string) =>
    [...text.matchAll(/\$\{([A-Z_]+)(:[?-][^}]*)?\}/g)].map(([, name = '', otherwise = '']) => ({ name, otherwise }));

  test('sets known settings, with valid values', () => {
    const given = Object.fromEntries(
      Object.entries<unknown>(services.service.environment).map(([name, value]) => [
        name,
        String(value).replaceAll(
          /\$\{(\w+)(?::-([^}]*)|[^}]*)?\}/g,
          (_, used, otherwise) => otherwise ?? (used === 'SECRET_KEYS' ? secretKeys : 'c0ffee'),
        ),
      ]),
    );
    const settings = { ...environment(), ...given };
    expect(asked(settings)).toEqual(expect.arrayContaining(Object.keys(given)));
    const config = read(settings, () => '{}');
    expect([
      config.production,
      config.sandbox,
      new URL(config.databaseUrl ?? '').hostname,
      new URL(config.smtp?.url ?? '').hostname,
    ]).toEqual([true, false, 'database', 'mail']);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(['database', 'mail']));
  });

  test('does not start without its secrets, and names their place', () => {
    const required = uses(JSON.stringify(services)).filter(({ otherwise }) => !otherwise.startsWith(':-'));
    for (const name of ['SECRET_KEYS', 'POSTGRES_PASSWORD'])
      expect(required.find((use) => use.name === name && use.otherwise.startsWith(':?'))?.otherwise).toContain('.env');
  });

  test('confines every service: no root, no writable folder, no capabilities, and ports only for this machine', () => {
    for (const { read_only, cap_drop, security_opt, ports = [] } of Object.values<Json>(services)) {
      expect([read_only, cap_drop, security_opt]).toEqual([true, ['ALL'], ['no-new-privileges:true']]);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('has a port for metrics that the load balancer does not know', () => {
    const settings = readFileSync('haproxy.cfg', 'utf8');
    expect(services.service.environment.METRICS_PORT).not.toBe(services.service.environment.PORT);
    expect(settings).not.toContain(String(services.service.environment.METRICS_PORT));
    // A path rule in a proxy misses other spellings of the path, so the service guards its paths itself.
    expect(settings.replaceAll(/#.*$/gm, '')).not.toMatch(/\b(path|url|base)(_\w+)?\b/);
    for (const { ports = [] } of Object.values<Json>(services))
      for (const port of ports) expect(port).not.toContain(String(services.service.environment.METRICS_PORT));
  });

  test('gives the service its own database role, with the script of the repository', () => {
    const { environment: given, volumes } = services.database;
    const role = new URL(services.service.environment.DATABASE_URL.replace(/\$\{[^}]*\}/, 'password')).username;
    // POSTGRES_USER would be a superuser.
    expect([role, given.POSTGRES_USER ?? 'postgres']).toEqual(['verification', 'postgres']);
    const [script] = volumes.find((volume: string) => volume.includes('/docker-entrypoint-initdb.d/')).split(':');
    expect(readFileSync(script, 'utf8')).toContain(`create role ${role} login`);
  });

  test('connects the load balancer to the nodes by their port and name', () => {
    const settings = readFileSync('haproxy.cfg', 'utf8');
    const [, name = '', port] = /server-template node [\d-]+ ([\w-]+):(\d+)$/m.exec(settings) ?? [];
    expect([services[name]?.environment.PORT, /\sbind :(\d+)/.exec(settings)?.[1]]).toEqual([
      Number(port),
      /:(\d+)$/.exec(services['load-balancer'].ports[0])?.[1],
    ]);
    expect(existsSync(services['load-balancer'].volumes[0].split(':')[0])).toBe(true);
  });
});

describe('the service with the image’s content', () => {
  let folder: string;
  let database: TestDatabase;
  let packages: string[];
  let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'image-'));
    [database, packages] = await Promise.all([testDatabase('PostgreSQL'), layOutImage(folder)]);
  });
  afterAll(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await database.remove();
  });

  test('starts in production as a user without writable files, is healthy, and stops on request', async () => {
    const { PATH = '' } = process.env;
    const { DATA_DIR: _, NODE_COMPILE_CACHE: __, ...image } = environment();
    const nowhere = join(folder, 'nowhere');
    const settings = {
      ...image,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: nowhere,
      TMPDIR: nowhere,
      PATH,
    };
    const before = await contents(folder);
    const [, ...program] = command('CMD');
    child = spawn(process.execPath, program, {
      cwd: folder,
      env: { ...settings, SECRET_KEYS: secretKeys, DATABASE_URL: database.environment['DATABASE_URL'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'close');
    const complaints: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
    const url = await listening(child);
    if (url === null) {
      await ended;
      throw new Error(complaints.join(''));
    }
    const { port } = new URL(url);
    const check = () =>
      execute(process.execPath, command('HEALTHCHECK').slice(1), { env: { PATH, PORT: port } }).then(
        () => 'healthy',
        () => 'ill',
      );

    expect(await check()).toBe('healthy');
    for (const path of ['/readyz', '/docs', '/docs/swagger-ui-bundle.js', '/diagrams/email-verification.svg', '/openapi.json'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(await check()).toBe('ill');
    // A run with root's rights could have written all the same.
    expect(await contents(folder)).toEqual(before);
    expect(packages).toContain('node_modules/hono');
    expect(packages).not.toContain('node_modules/vitest');
  });
});

/** Every file with the time of its last change. */
async function contents(folder: string): Promise<string[]> {
  const paths = await readdir(folder, { recursive: true });
  return Promise.all(paths.map(async (path) => `${path} ${(await stat(join(folder, path))).mtimeMs}`));
}

/** @returns the address in the process's output; null if it ends without one */
async function listening({ stdout }: ChildProcessByStdio<null, Readable, Readable>): Promise<string | null> {
  for await (const line of createInterface(stdout)) {
    const [, url] = /^Listening on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  return null;
}
