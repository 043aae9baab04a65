/** The findings about a deployment: its database, its data folder, its ports and its providers. No message is sent. */
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import { addressesOf, isMissing } from '../../http/listener.ts';
import type { Settled } from '../../service/design.ts';
import { ownerOf } from '../../store/folder-lock.ts';
import { inspectPostgres } from '../../store/inspection.ts';
import { error, type Finding, ok, reasonOf, warning } from './finding.ts';

export async function deploymentFindings(settled: Settled): Promise<Finding[]> {
  const { config } = settled;
  return [
    config.databaseUrl === null ? await folderFinding(config.dataDir) : await databaseFinding(config.databaseUrl, settled),
    ...keyFindings(config),
    ...(await portFindings(config)),
    ...providerFindings(settled),
  ];
}

/** The oldest PostgreSQL that the service runs on. */
const oldestPostgres = 15;

async function databaseFinding(url: string, { config: { schema }, assembly }: Settled): Promise<Finding> {
  const { host, pathname } = new URL(url);
  const place = `PostgreSQL at ${host}${pathname}`;
  try {
    const { version, pending, isUsed } = await inspectPostgres({ url, schema, migrations: assembly.migrations });
    if (Number.parseInt(version, 10) < oldestPostgres) return error(`${place} has version ${version}: use ${oldestPostgres} or newer`);
    if (!isUsed) return warning(`${place} (${version}) has no tables yet: the first start makes them`);
    return pending.length === 0
      ? ok(`${place} (${version}) has every table`)
      : warning(`${place} (${version}) lacks ${pending.length} migrations (${pending.join(', ')}): the next start applies them`);
  } catch (thrown) {
    return error(`${place} cannot be used: ${reasonOf(thrown)}: check DATABASE_URL, and that the server runs`);
  }
}

async function folderFinding(dataDir: string): Promise<Finding> {
  const nearest = nearestFolder(resolve(dataDir));
  try {
    // The rights alone do not say whether a folder takes files: it may be read-only for everyone.
    rmdirSync(mkdtempSync(join(nearest, '.doctor-')));
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? ` (${thrown.code})` : '';
    return error(`The data folder ${dataDir} cannot be written to${reason}: make ${nearest} writable, or set DATA_DIR or DATABASE_URL`);
  }
  const owner = await ownerOf(resolve(dataDir));
  if (owner !== null) {
    const process = owner.pid === null ? 'a process' : `the process ${owner.pid}`;
    return warning(`The data folder ${dataDir} is in use by ${process}: stop it before another start, or set another DATA_DIR`);
  }
  return ok(existsSync(dataDir) ? `The data folder ${dataDir} is free` : `The first start makes the data folder ${dataDir}`);
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function keyFindings({ secretKeys, databaseUrl, production, publicUrl, dataDir }: Config): Finding[] {
  return [
    ...(secretKeys === null && databaseUrl !== null
      ? [warning(`The secret key is that of ${dataDir}, which other processes of this database lack: set SECRET_KEYS for all of them`)]
      : []),
    ...(production && publicUrl === null ? [warning('Links name the address that the service listens at: set PUBLIC_URL')] : []),
  ];
}

async function portFindings({ host, port, metricsPort }: Config): Promise<Finding[]> {
  const ports = [['PORT', port] as const, ...(metricsPort === null ? [] : [['METRICS_PORT', metricsPort] as const])];
  return Promise.all(ports.map(([setting, number]) => portFinding(setting, host, number)));
}

async function portFinding(setting: string, host: string, port: number): Promise<Finding> {
  if (port === 0) return ok(`${setting} is any free port`);
  const [first = null, second = null] = await Promise.all(addressesOf(host).map((each) => bindError(each, port)));
  const code = first ?? (second === null || isMissing(second) ? null : second);
  const address = `${host}:${port}`;
  if (first === null && second === 'EADDRINUSE')
    return warning(
      `The address [::1]:${port} is taken, where browsers look for localhost: stop the process that listens there, or set another ${setting}`,
    );
  if (code === null) return ok(`The address ${address} is free`);
  if (code === 'EADDRINUSE')
    return warning(`The address ${address} is taken: stop the process that listens there, or set another ${setting}`);
  return error(`The service cannot listen at ${address} (${code}): check HOST and ${setting}`);
}

/** @returns the code of the error; null if the address is free */
function bindError(host: string, port: number): Promise<string | null> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (thrown: NodeJS.ErrnoException) => settle(thrown.code ?? thrown.message));
    server.listen(port, host, () => server.close(() => settle(null)));
  });
}

function providerFindings({ config, providersOf }: Settled): Finding[] {
  return Object.entries(providersOf).map(([channel, names]) => {
    if (names.length > 0) return ok(`Messages by ${channel} go to ${names.join(', then ')}`);
    if (config.sandbox) return ok(`Messages by ${channel} go to the inbox of the sandbox`);
    return warning(`No provider sends messages by ${channel}: set one, as docs/messages.md explains, if a workflow sends them`);
  });
}
