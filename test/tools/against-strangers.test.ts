/** `check --against` a place that is not what it says: it leads out of no folder, fills no memory, and prints nothing that a terminal obeys. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { earlierOf } from '../../src/tools/against/earlier.ts';
import { machineIn } from '../../src/tools/against/machine-file.ts';
import { markdownOf } from '../../src/tools/against/markdown.ts';
import { workflowNamed } from '../support/workflows.ts';

const machine = readMachine(workflowNamed('support-access'));

let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'against-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  const open = server;
  server = null;
  open?.closeAllConnections();
  await new Promise<void>((resolve) => (open === null ? resolve() : open.close(() => resolve())));
});

async function serving(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

const listing = (name: string) => JSON.stringify({ workflows: [{ name, version: 1, diagrams: { json: `/diagrams/${name}.json` } }] });

test('a service names no workflow that is a path', async () => {
  const asked: string[] = [];
  const url = await serving(({ url: path = '' }, response) => {
    asked.push(path);
    response.end(listing('../../outside'));
  });
  await expect(earlierOf(url)).rejects.toThrow('lists no workflows');
  expect(asked).toEqual(['/v1/workflows']);
});

test('neither a lock nor the file of a machine names a workflow that is a path', async () => {
  const lock = join(folder, 'machines.lock.json');
  writeFileSync(lock, JSON.stringify({ '../../outside': { 1: 'a' } }));
  await expect(earlierOf(lock)).rejects.toThrow('is neither a machines.lock.json nor the .json of a machine');
  expect(machineIn({ ...machine, name: '../../outside' })).toBeNull();
  expect(machineIn(machine)).toEqual(machine);
});

test('a service that answers without end is left', async () => {
  let sent = 0;
  const url = await serving((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const more = () => {
      while (!response.destroyed && sent < 256) {
        sent += 1;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  });
  await expect(earlierOf(url)).rejects.toThrow('answers more than 4194304 bytes');
  expect(sent).toBeLessThan(256);
});

test('a redirect leads nowhere', async () => {
  const asked: string[] = [];
  const url = await serving(({ url: path = '' }, response) => {
    asked.push(path);
    if (path === '/inside') response.end(listing('parcel'));
    else response.writeHead(302, { location: '/inside' }).end();
  });
  await expect(earlierOf(url)).rejects.toThrow('redirects are not followed: name the URL of the service itself');
  expect(asked).toEqual(['/v1/workflows']);
});

test('a machine whose states are not a tree is none', () => {
  const [state] = machine.states;
  if (state === undefined) throw new Error('The machine has states');
  expect(machineIn({ ...machine, states: [{ ...state, parent: state.path }] })).toBeNull();
  expect(machineIn({ ...machine, states: [{ ...state, parent: 'nowhere' }] })).toBeNull();
  expect(machineIn({ ...machine, states: [state, state] })).toBeNull();
});

test('the report has no character that a terminal obeys', () => {
  const fated = { workflow: 'parcel', version: 1, state: 'kept\u001b[2J', sessions: 1, fate: 'stranded', to: null, error: null } as const;
  const change = { name: 'parcel', before: 1, after: 2, comparison: null, picture: null };
  const report = markdownOf({
    against: 'https://verify.example',
    changes: [change],
    fates: [fated],
    countedAt: 'the database',
    problems: ['the state kept\u001b[2J'],
    missing: [],
  });
  expect(report).toContain('kept [2J');
  expect(report).not.toMatch(/(?!\n)\p{Cc}/u);
});
