/** The files that `npm run diagrams` writes, and the differences that `npm run diagrams -- --check` finds. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { Stored } from '../../machines/workflow.ts';
import { check, generate } from '../../src/diagrams/artefacts.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { doorMachine, workflowOf } from './invented-machines.ts';

const door = workflowOf(doorMachine());
const flat = workflowOf(
  createMachine({ id: 'flat', initial: 'on', states: { on: { on: { SWITCH: 'off' } }, off: { on: { SWITCH: 'on' } } } }),
);
/** The door without its second state, under the same name. */
const other = createMachine({ id: 'door', initial: 'closed', states: { closed: { on: { KNOCK: 'inside' } }, inside: { type: 'final' } } });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diagrams-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function content(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}

describe('generating', () => {
  test('writes each picture, an overview if there is something to fold, and the lock', async () => {
    expect(await generate(folder, [door, flat])).toEqual([]);
    const names = ['door.json', 'door.mmd', 'door.overview.svg', 'door.svg', 'flat.json', 'flat.mmd', 'flat.svg', 'machines.lock.json'];
    expect((await readdir(folder)).sort()).toEqual(names);
    expect(JSON.parse(await content('door.json'))).toEqual(readMachine(door));
    expect(await content('door.mmd')).toContain('stateDiagram-v2');
    expect(await check(folder, [door, flat])).toEqual([]);
  });

  test('removes the pictures of a removed workflow, and remembers its structure', async () => {
    await generate(folder, [door, flat]);
    await generate(folder, [flat]);
    expect(await readdir(folder)).not.toContain('door.svg');
    expect(Object.keys(JSON.parse(await content('machines.lock.json')))).toEqual(['door', 'flat']);
  });

  test('draws the newest version, and locks every version', async () => {
    expect(await generate(folder, [workflowOf(other, 2), door])).toEqual([]);
    expect(JSON.parse(await content('door.json'))).toMatchObject({ version: 2 });
    expect(Object.keys(JSON.parse(await content('machines.lock.json')).door)).toEqual(['1', '2']);
  });

  test('reports a change of structure under an unchanged version, and leaves the lock', async () => {
    await generate(folder, [door]);
    const lock = await content('machines.lock.json');
    expect(await generate(folder, [workflowOf(other)])).toEqual([expect.stringContaining('sessions of door version 1 would be stranded')]);
    expect(await content('machines.lock.json')).toBe(lock);
  });
});

test('a folder with other files is left alone', async () => {
  await writeFile(join(folder, 'letter.txt'), 'Dear Jane');
  await expect(generate(folder, [door])).rejects.toThrow(`${folder} holds other files: name a folder for the pictures alone`);
  expect(await readdir(folder)).toEqual(['letter.txt']);
});

describe('an unregistered version', () => {
  const named = 'Sessions of door version 1 would be stranded';

  test('is named while its sessions cannot migrate', async () => {
    await generate(folder, [door]);
    expect(await generate(folder, [workflowOf(other, 2)])).toEqual([expect.stringContaining(named)]);
    expect(await check(folder, [workflowOf(other, 2)])).toEqual([expect.stringContaining(named)]);
  });

  test('is not named if they can migrate, or none is left', async () => {
    await generate(folder, [door]);
    const migrating = { ...workflowOf(other, 2), migrations: { 1: (stored: Stored) => stored } };
    expect(await generate(folder, [migrating])).toEqual([]);
    const { door: locked, ...rest } = JSON.parse(await content('machines.lock.json'));
    await writeFile(join(folder, 'machines.lock.json'), `${JSON.stringify({ ...rest, door: { 2: locked[2] } }, null, 2)}\n`);
    expect(await check(folder, [workflowOf(other, 2)])).toEqual([]);
  });
});

describe('the check', () => {
  beforeEach(async () => {
    await generate(folder, [door]);
  });

  test.each(['door.svg', 'door.overview.svg', 'door.mmd', 'door.json'])('finds that %s is stale', async (name) => {
    await writeFile(join(folder, name), `${await content(name)} `);
    expect(await check(folder, [door])).toEqual([`${name} is stale: run npm run diagrams`]);
  });

  test('finds missing and superfluous files', async () => {
    await rm(join(folder, 'door.svg'));
    await writeFile(join(folder, 'window.svg'), '');
    expect(await check(folder, [door])).toEqual([
      'window.svg belongs to no workflow any more: run npm run diagrams',
      'door.svg is stale: run npm run diagrams',
    ]);
  });

  test('finds pictures that a changed figure made stale, and does not report a change of structure', async () => {
    const complaints = await check(folder, [workflowOf(doorMachine({ answerTimeout: 60_000 }))]);
    expect(complaints).toHaveLength(4);
    for (const complaint of complaints) expect(complaint).toMatch(/^door\..* is stale/);
  });

  test('fails when the structure changed and its version did not, and when the lock lacks a version', async () => {
    expect(await check(folder, [workflowOf(other)])).toContainEqual(expect.stringContaining('would be stranded'));
    const raised = await check(folder, [workflowOf(other, 2)]);
    expect(raised).toContain('machines.lock.json is stale: run npm run diagrams');
    expect(raised).not.toContainEqual(expect.stringContaining('The structure of door changed'));
  });

  test('accepts a checkout with Windows line ends', async () => {
    for (const name of await readdir(folder)) await writeFile(join(folder, name), (await content(name)).replaceAll('\n', '\r\n'));
    expect(await check(folder, [door])).toEqual([]);
  });

  test('writes nothing', async () => {
    await rm(folder, { recursive: true });
    expect(await check(folder, [door])).toHaveLength(5);
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});
