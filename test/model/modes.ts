/** The modes in which the paths of every workflow are driven. Each has its own test file, so that they share the cores. */
import { describe, expect, type TaskMeta, test } from 'vitest';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import { drive, type Target } from '../../src/testing/drive/drive.ts';
import { shortestFailure } from '../../src/testing/drive/failure.ts';
import { selectPaths } from '../../src/testing/graph/path-selection.ts';
import type { Schedule } from '../../src/testing/graph/schedule.ts';
import { DocumentedClient } from '../support/documented-client.ts';
import { startChild } from '../support/process.ts';
import { Client, type DatabaseKind, startIn } from '../support/service.ts';
import { registry, sameMachine } from '../support/workflows.ts';
import { deploymentOn } from './deployment.ts';
import { drivenModel } from './driven.ts';
import { type Limits, type Size, smallest } from './size.ts';
import { type SizedSteps, stepsOfSize, suiteOfSize } from './suite.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The extent of a drive, for the report at the end of a run. */
    drive?: {
      readonly workflow: string;
      readonly mode: string;
      readonly limits: Limits;
      readonly sessions: number;
      readonly requests: number;
      readonly seconds: number;
    };
  }
}

/** Workflows that begin with a code: half of all steps. */
export const sendCodesFirst: readonly string[] = ['email-verification', 'phone-verification', 'account-change'];

export interface Mode {
  readonly name: string;
  readonly size: Size;
  /** The driven paths, out of all of a workflow. */
  readonly paths: (all: readonly Schedule[]) => readonly Schedule[];
  /** True for the workflows that the mode drives, by name; all by default. */
  readonly drives?: (workflow: string) => boolean;
  /** Makes the service or services of the mode. */
  readonly start: (limits: Limits) => Promise<Running>;
}

/** Every pair of transitions: with them each timeout before, at and after its deadline, and each kind of resend. */
export const pairs = (all: readonly Schedule[]) => selectPaths(all, 'pairs');

/** Every move in each state, once. */
const moves = (all: readonly Schedule[]) => selectPaths(all, 'moves');

/** The same transitions again, after any number of counted events, without those that the pairs show. */
export const countsBesidesPairs = (all: readonly Schedule[]) => selectPaths(all, 'counts', pairs(all));

interface Running {
  readonly target: Target;
  readonly url: string;
  remove(): Promise<void>;
}

/** Far longer than any drive takes: two cores with other work must not fail a run. */
const limitMs = 600_000;

/** Makes the tests of a mode: one per machine in the registry. */
export function driveAll(mode: Mode): void {
  describe.each(drivenIn(mode).map((definition) => [definition.name, definition] as const))('%s', (_, definition) => {
    test(`every path matches the model, ${mode.name}`, { timeout: limitMs }, async ({ task }) => {
      const { schedules, ...suite } = suiteOfSize(definition, mode.size);
      task.meta.drive = await driven(mode, [{ ...suite, schedules: mode.paths(schedules) }]);
    });
  });
}

/**
 * Makes the test of a mode that drives all workflows through one service, at the same time and with the smallest limits: every move in each
 * state.
 * @param inPairs the workflows of which it drives every pair of transitions, by name
 */
export function driveTogether({ inPairs = [], ...mode }: Pick<Mode, 'name' | 'start'> & { readonly inPairs?: readonly string[] }): void {
  test(`every move of every workflow matches the model, ${mode.name}`, { timeout: limitMs }, async () => {
    const suites = drivenIn({}).map((definition) => {
      const isInPairs = inPairs.includes(definition.name);
      const { schedules, ...suite } = isInPairs ? suiteOfSize(definition, smallest) : stepsOfSize(definition, smallest);
      return { ...suite, schedules: (isInPairs ? pairs : moves)(schedules) };
    });
    await driven(mode, suites);
  });
}

function drivenIn({ drives = () => true }: Pick<Mode, 'drives'>): WorkflowDefinition[] {
  return registry.filter(({ name }) => !sameMachine.includes(name) && drives(name));
}

async function driven(
  { name: mode, start }: Pick<Mode, 'name' | 'start'>,
  suites: readonly SizedSteps[],
): Promise<NonNullable<TaskMeta['drive']>> {
  const [limits = null] = suites.map((suite) => suite.limits);
  if (limits === null) throw new Error('There is no workflow to drive');
  const driving = suites.map(({ model, schedules }) => ({ model: drivenModel(model), schedules }));
  for (const { schedules } of driving) expect(schedules).not.toEqual([]);
  const { target, url, remove } = await start(limits);
  try {
    const begun = Date.now();
    const { sessions, requests, failures } = await drive(driving, target, 'model');
    expect(shortestFailure(failures, url)).toBe('');
    expect(sessions).toBe(driving.flatMap(({ schedules }) => schedules).length);
    const workflow = suites.map(({ model }) => model.workflow.name).join();
    return { workflow, mode, limits, sessions, requests, seconds: (Date.now() - begun) / 1000 };
  } finally {
    await remove();
  }
}

/** One service on a database of its own. */
export function oneService(kind: DatabaseKind, more: Pick<Target, 'twice'> = {}): Mode['start'] {
  return async (limits) => {
    const { environment, remove } = await deploymentOn(kind, limits);
    const service = await startIn(environment);
    const client = await DocumentedClient.of(service.url);
    return {
      url: service.url,
      target: { client: () => client, ...more },
      remove: async () => {
        await service.stop();
        await remove();
      },
    };
  };
}

/** One service that is stopped and started again between any two steps of a session. */
export function restarted(kind: DatabaseKind): Mode['start'] {
  return async (limits) => {
    const { environment, remove } = await deploymentOn(kind, limits);
    let service = await startIn(environment);
    let client = new Client(service.url);
    return {
      url: service.url,
      target: {
        client: () => client,
        between: async () => {
          await service.stop();
          service = await startIn(environment);
          client = new Client(service.url);
        },
      },
      remove: async () => {
        await service.stop();
        await remove();
      },
    };
  };
}

/** Two processes on one database: every other request of a session goes to the other. */
export async function twoProcesses(limits: Limits): Promise<Running> {
  const { environment, remove } = await deploymentOn('PostgreSQL', limits);
  const children = await Promise.all([startChild(environment), startChild(environment)]);
  const clients = children.map(({ url }) => new Client(url));
  return {
    url: children[0]?.url ?? '',
    target: { client: (n) => clients[n % clients.length] as Client },
    remove: async () => {
      await Promise.all(children.map((child) => child.end('SIGTERM')));
      await remove();
    },
  };
}
