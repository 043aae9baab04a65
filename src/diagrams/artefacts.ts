/** The files generated from the machines. `generate` writes them; `check` compares them with the committed ones. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '../../machines/workflow.ts';
import { extended, leftBehind, type MachinesLock, strandings } from './fingerprint.ts';
import { layOut } from './layout.ts';
import { overlaps } from './legibility.ts';
import { readMachine } from './machine-reader.ts';
import { drawMermaid } from './mermaid.ts';
import type { MachineModel } from './model.ts';
import { overviewScene, wholeScene } from './scene.ts';
import { drawSvg } from './svg.ts';

const lockFile = 'machines.lock.json';

/** The folder contains other files, which writing the pictures would remove. */
export class ForeignFolder extends Error {
  override readonly name = 'ForeignFolder';

  constructor(folder: string) {
    super(`${folder} holds other files: name a folder for the pictures alone`);
  }
}

interface Artefacts {
  /** Texts by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** Faults of machines and pictures, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Writes every file, and removes the files of removed workflows.
 * @param workflows every registered version. Only the newest one of each workflow is drawn
 * @returns faults of machines and pictures, one sentence each. The lock keeps its existing entries.
 */
export async function generate(folder: string, workflows: readonly Workflow[]): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const before = await readdir(folder);
  if (before.length > 0 && !before.includes(lockFile)) throw new ForeignFolder(folder);
  const { files, problems } = await artefactsOf(workflows, await readLock(folder));
  for (const name of before) if (!files.has(name)) await rm(join(folder, name), { recursive: true });
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  return [...problems];
}

/**
 * Compares without writing.
 * @param command the command that writes the files
 * @returns faults of machines, pictures and committed files, one sentence each
 */
export async function check(folder: string, workflows: readonly Workflow[], command = 'npm run diagrams'): Promise<string[]> {
  const { files, problems } = await artefactsOf(workflows, await readLock(folder));
  const committed = await readdir(folder).catch(ifMissing([]));
  const leftOver = committed.filter((name) => !files.has(name));
  const stale: string[] = [];
  for (const [name, text] of files) if ((await readCommitted(folder, name)) !== text) stale.push(name);
  return [
    ...problems,
    ...leftOver.map((name) => `${name} belongs to no workflow any more: run ${command}`),
    ...stale.map((name) => `${name} is stale: run ${command}`),
  ];
}

async function artefactsOf(workflows: readonly Workflow[], lock: MachinesLock): Promise<Artefacts> {
  const models = workflows.map(readMachine);
  const files = new Map<string, string>();
  const problems = [...strandings(models, lock), ...leftBehind(workflows, lock)];
  for (const model of models.filter((each) => isNewest(each, models))) {
    for (const [ending, scene] of [['', wholeScene(model)] as const, ['.overview', overviewScene(model)] as const]) {
      if (!scene) continue;
      const name = `${model.name}${ending}.svg`;
      const drawing = await layOut(scene);
      problems.push(...overlaps(drawing).map((overlap) => `${name}: ${overlap}`));
      files.set(name, drawSvg(drawing));
    }
    files.set(`${model.name}.mmd`, drawMermaid(model));
    files.set(`${model.name}.json`, json(model));
  }
  files.set(lockFile, json(extended(lock, models)));
  return { files, problems };
}

function isNewest({ name, version }: MachineModel, models: readonly MachineModel[]): boolean {
  return models.every((other) => other.name !== name || other.version <= version);
}

async function readLock(folder: string): Promise<MachinesLock> {
  return JSON.parse((await readCommitted(folder, lockFile)) ?? '{}');
}

/** @returns null without such a file. Git may check files out with Windows line breaks, so these are normalised. */
async function readCommitted(folder: string, name: string): Promise<string | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(ifMissing(null));
  return text?.replaceAll('\r\n', '\n') ?? null;
}

function ifMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead;
    throw error;
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
