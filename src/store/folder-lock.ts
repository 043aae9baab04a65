/**
 * A lock that allows one process per folder. It needs no time-outs, and does not trust process ids, which the system reuses.
 *
 * Every claimant first listens on its own socket in `<folder>/claims`, and then probes the sockets of the others. The kernel closes a
 * listener with its process, however the process dies. So a socket that refuses a connection is a dead claim, and is removed; a socket
 * that accepts belongs to a living process, even one too busy to answer. Of two concurrent claimants at least one sees the other. At worst
 * both give way. They never both proceed. The lock holds among processes (and containers) of one machine. A folder shared by several
 * machines needs PostgreSQL.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { chmod, readdir, realpath, rename, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, askOwner } from './claim-probe.ts';
import { StoreError } from './errors.ts';
import { makePrivateFolder } from './private-files.ts';

export interface FolderLock {
  release(): Promise<void>;
}

/** Claimants that meet each pause for a random time and try again. This many meetings in a row are no accident. */
const attempts = 6;
const longestPauseMs = 100;

/**
 * Locks the folder for this process. Creates a missing folder.
 * @throws StoreError at once if another living process holds the lock
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await make(folder, folder);
  if (process.platform === 'win32') return lockByPipe(folder);
  const claims = join(folder, 'claims');
  await make(claims, folder);
  for (let attempt = 1; ; attempt += 1) {
    const claim = await makeClaim(folder, claims);
    const other = await claim.livingOther();
    if (other === null) {
      claim.hold();
      return claim;
    }
    await claim.release();
    if (other.holding || attempt === attempts) throw inUse(folder, other);
    await delay(Math.random() * longestPauseMs);
  }
}

/** @returns the owner of the folder; null without one. Changes nothing */
export async function ownerOf(folder: string): Promise<Answer | null> {
  const claims = join(folder, 'claims');
  const names = await readdir(claims).catch(() => []);
  if (names.length === 0) return null;
  const addresses = socketAddresses(claims);
  try {
    for (const name of names) {
      const answer = name.endsWith('.new') ? null : await askOwner(addresses.of(name));
      if (answer !== null) return answer;
    }
    return null;
  } finally {
    addresses.close();
  }
}

async function make(path: string, folder: string): Promise<void> {
  try {
    await makePrivateFolder(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `The data folder ${folder} cannot be written to: ${reason}. Make it writable for this user, or use a PostgreSQL server.`,
      { cause: error },
    );
  }
}

async function makeClaim(folder: string, claims: string) {
  const addresses = socketAddresses(claims);
  const name = randomBytes(6).toString('hex');
  let holding = false;
  const { server, close } = answering(() => `${holding ? 'holding' : 'claiming'} ${process.pid}\n`);
  const release = async () => {
    await rm(join(claims, name), { force: true });
    await close();
    addresses.close();
  };
  try {
    // The socket gets its final name only once it listens. So a visible claim that refuses is dead, never one that is still starting.
    await listen(server, addresses.of(`${name}.new`));
    await chmod(addresses.of(`${name}.new`), 0o600);
    await rename(join(claims, `${name}.new`), join(claims, name));
  } catch (error) {
    await release();
    throw new StoreError(`The folder ${folder} cannot be locked: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const livingOther = async (): Promise<Answer | null> => {
    for (const other of await readdir(claims)) {
      if (other === name || other.endsWith('.new')) continue;
      const answer = await askOwner(addresses.of(other));
      if (answer !== null) return answer;
      await rm(join(claims, other), { force: true });
    }
    return null;
  };
  return {
    livingOther,
    release,
    hold: () => {
      holding = true;
    },
  };
}

/** On Windows the name of a pipe is the lock: one process at a time can listen on it, and the system frees it with the process. */
async function lockByPipe(folder: string): Promise<FolderLock> {
  const pipe = `\\\\.\\pipe\\${createHash('sha256')
    .update((await realpath(folder)).toLowerCase())
    .digest('hex')}`;
  const { server, close } = answering(() => `holding ${process.pid}\n`);
  try {
    await listen(server, pipe);
  } catch {
    throw inUse(folder, (await askOwner(pipe)) ?? { holding: true, pid: null });
  }
  return { release: close };
}

function inUse(folder: string, { pid }: Answer): StoreError {
  const owner = pid === null ? 'another process' : `another process (pid ${pid})`;
  return new StoreError(`The data folder ${folder} is in use by ${owner}: stop it, or set another data folder.`);
}

/** A server that sends one line to each client. It does not keep the process alive. */
function answering(line: () => string): { server: Server; close: () => Promise<void> } {
  const server = createServer((connection) => {
    // The client may be gone before the answer, which does no harm.
    connection.on('error', () => {});
    connection.end(line());
  });
  server.unref();
  return { server, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: address, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** The kernel's limit for the path of a socket: 104 bytes including the terminating zero on macOS, 108 on Linux. */
const longestAddress = 103;

/** The addresses of the sockets in a folder, each by its shortest path. */
function socketAddresses(folder: string): { of(name: string): string; close(): void } {
  const descriptor = process.platform === 'linux' ? openSync(folder, 'r') : null;
  const ways = [folder, relative('.', folder), ...(descriptor === null ? [] : [`/proc/self/fd/${descriptor}`])];
  return {
    of: (name) => {
      const [shortest] = ways.map((way) => join(way, name)).sort((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b));
      if (shortest !== undefined && Buffer.byteLength(shortest) <= longestAddress) return shortest;
      throw new Error('its path is too long for a socket');
    },
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}
