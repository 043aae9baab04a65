/** The machines to compare with: those of a lock, of a folder of diagrams, or of a running service. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { MachinesLock } from '../../diagrams/fingerprint.ts';
import type { MachineModel } from '../../diagrams/model.ts';
import type { StateCount } from '../../engine/session-store.ts';
import { Mistake } from '../mistake.ts';
import { machineIn, workflowName } from './machine-file.ts';

export interface Earlier {
  /** The newest version of each workflow. */
  readonly models: readonly MachineModel[];
  /** The fingerprints of all versions; empty if the place holds none. */
  readonly lock: MachinesLock;
  /** The versions that run, also of workflows without a model. */
  readonly versions: Readonly<Record<string, number>>;
  /** One sentence for each part that cannot be compared. */
  readonly missing: readonly string[];
  /** The sessions that a sandbox counts; null if the place counts none. */
  readonly counts: readonly StateCount[] | null;
}

const lockName = 'machines.lock.json';

const Lock = Type.Record(workflowName, Type.Record(Type.String({ pattern: '^[0-9]+$' }), Type.String()), { additionalProperties: false });

/** @throws Mistake */
export async function earlierOf(place: string): Promise<Earlier> {
  if (/^https?:\/\//.test(place)) return ofService(place.endsWith('/') ? place : `${place}/`);
  if (!existsSync(place))
    throw new Mistake(`There is no ${place}: name a ${lockName}, a folder of diagrams, or the URL of a running service`);
  if (statSync(place).isDirectory()) return ofFolder(place);
  const read = parsed(readFileSync(place, 'utf8'), place);
  const single = machineIn(read);
  if (single !== null) return withMissing([single], {});
  if (!Value.Check(Lock, read))
    throw new Mistake(
      `${place} is neither a ${lockName} nor the .json of a machine: name a file that verification-workflows diagrams wrote`,
    );
  return withMissing(
    modelsIn(dirname(place), basename(place)).filter(({ name }) => Object.hasOwn(read, name)),
    read,
  );
}

function ofFolder(folder: string): Earlier {
  const path = join(folder, lockName);
  const lock = existsSync(path) ? parsed(readFileSync(path, 'utf8'), path) : {};
  if (!Value.Check(Lock, lock)) throw new Mistake(`${path} holds other than fingerprints by workflow and version: write it again`);
  const models = modelsIn(folder, lockName);
  if (models.length === 0 && Object.keys(lock).length === 0)
    throw new Mistake(`${folder} holds no diagrams: name the folder that verification-workflows diagrams writes`);
  return withMissing(models, lock);
}

function modelsIn(folder: string, lock: string): MachineModel[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== lock);
  return names.flatMap((name) => {
    const model = machineIn(parsed(readFileSync(join(folder, name), 'utf8'), join(folder, name)));
    return model === null ? [] : [model];
  });
}

/** Names the workflows of the lock that have no model, or the model of another version. */
function withMissing(models: readonly MachineModel[], lock: MachinesLock): Earlier {
  const newest = Object.entries(lock).map(([name, versions]) => [name, Math.max(...Object.keys(versions).map(Number))] as const);
  const missing = newest.flatMap(([name, version]) => {
    const drawn = models.find((model) => model.name === name);
    if (drawn?.version === version) return [];
    const found = drawn === undefined ? `${name}.json is missing` : `${name}.json is that of version ${drawn.version}`;
    return [`The lock has only the fingerprint of ${name} version ${version}, and ${found}: put the .json of that version beside the lock`];
  });
  const fitting = models.filter(({ name, version }) => {
    const locked = newest.find(([each]) => each === name);
    return locked === undefined || locked[1] === version;
  });
  const newestVersions = { ...Object.fromEntries(models.map(({ name, version }) => [name, version])), ...Object.fromEntries(newest) };
  return { models: fitting, lock, versions: newestVersions, missing, counts: null };
}

/** Each is asked for its diagram at the same time. */
const mostWorkflows = 200;

const Listed = Type.Object({
  workflows: Type.Array(
    Type.Object({
      name: workflowName,
      version: Type.Integer(),
      diagrams: Type.Object({ json: Type.Union([Type.String(), Type.Null()]) }),
    }),
    { maxItems: mostWorkflows },
  ),
});

const Counts = Type.Object({
  counts: Type.Array(Type.Object({ version: Type.Integer(), status: Type.String(), state: Type.String(), sessions: Type.Integer() })),
});

/** An operator waits; the service answers from memory. */
const longestWaitMs = 10_000;

/** The largest machine of the product takes 31 kB as JSON. */
const mostAnswerBytes = 4 * 1024 * 1024;

async function ofService(place: string): Promise<Earlier> {
  const list = await asked(place, 'v1/workflows');
  if (!Value.Check(Listed, list)) throw new Mistake(`${place}v1/workflows lists no workflows: name the URL of this service`);
  const read = await Promise.all(list.workflows.map((workflow) => runningModel(place, workflow)));
  const counts = await Promise.all(list.workflows.map(({ name }) => countsOf(place, name)));
  return {
    models: read.flatMap((each) => (typeof each === 'string' ? [] : [each])),
    lock: {},
    versions: Object.fromEntries(list.workflows.map(({ name, version }) => [name, version])),
    missing: read.filter((each) => typeof each === 'string'),
    counts: counts.includes(null) ? null : counts.flatMap((each) => each ?? []),
  };
}

/** @returns a sentence if the service does not have the model */
async function runningModel(place: string, { name, version, diagrams }: Static<typeof Listed>['workflows'][number]) {
  // The public address may not be reachable from here, so only its path counts.
  const link = diagrams.json === null ? null : new URL(diagrams.json, place).pathname.split('/').slice(-2).join('/');
  const model = link === null ? null : machineIn(await asked(place, link));
  if (model === null)
    return `The service at ${place} has no diagram of ${name}: start it with the files that verification-workflows diagrams writes`;
  if (model.version === version) return model;
  return `The service at ${place} runs ${name} version ${version} and has the diagram of version ${model.version}: draw its diagrams again`;
}

/** Only a sandbox answers. @returns null without an answer */
async function countsOf(place: string, workflow: string): Promise<StateCount[] | null> {
  const read = await asked(place, `diagrams/${workflow}/sessions.json`);
  if (!Value.Check(Counts, read)) return null;
  const living = read.counts.filter(({ status }) => status !== 'done');
  return living.map((count) => ({ ...count, workflow, status: statusOf(count.status) }));
}

function statusOf(status: string): StateCount['status'] {
  return status === 'stranded' || status === 'suspended' ? status : 'active';
}

/** @returns null without such a page */
async function asked(place: string, path: string): Promise<unknown> {
  const address = new URL(path, place).href;
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(longestWaitMs), redirect: 'manual' });
    if (response.status === 404) return null;
    if (response.status >= 300 && response.status < 400)
      throw new Mistake(`${address} redirects, and redirects are not followed: name the URL of the service itself`);
    if (!response.ok) throw new Mistake(`${address} answers ${response.status}: check that the service is well`);
    return parsed(await boundedAnswer(response, address), address);
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Mistake(`${address} does not answer: check the URL, and that the service runs`, { cause: error });
  }
}

/** @throws Mistake for an answer that no service sends, before it fills the memory */
async function boundedAnswer({ body }: Response, address: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) throw new Mistake(`${address} answers more than ${mostAnswerBytes} bytes: name the URL of a service`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Mistake(`${place} is not JSON: write it again with verification-workflows diagrams`, { cause: error });
  }
}
