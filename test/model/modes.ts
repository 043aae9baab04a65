/** The ways in which every path of every workflow is driven. Each has a test file of its own, so that they share the cores. */
import { describe, expect, test } from 'vitest';
import { startChild } from '../support/process.ts';
import { Client, type DatabaseKind, startIn, testDatabase } from '../support/service.ts';
import { workflows } from '../support/workflows.ts';
import { drive, type Target } from './drive.ts';
import { shortestFailure } from './failure.ts';
import { suiteOf } from './suite.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a drive took, for the report at the end of a run. */
    drive?: {
      readonly workflow: string;
      readonly mode: string;
      readonly sessions: number;
      readonly requests: number;
      readonly seconds: number;
    };
  }
}

export interface Mode {
  readonly name: string;
  /** Makes what the paths are driven through. */
  readonly start: () => Promise<Running>;
}

interface Running {
  readonly target: Target;
  readonly url: string;
  remove(): Promise<void>;
}

/** Far above what any of them takes: two cores that do other things as well must not fail a run. */
const limitMs = 600_000;

/** Makes the tests of a mode: one per workflow in the registry. */
export function driveAll({ name: mode, start }: Mode): void {
  describe.each(workflows.latest().map((workflow) => [workflow.name, workflow] as const))('%s', (name, workflow) => {
    test(`every path does what the model says, ${mode}`, { timeout: limitMs }, async ({ task }) => {
      const { model, schedules } = suiteOf(workflow);
      const { target, url, remove } = await start();
      try {
        const begun = Date.now();
        const { sessions, requests, failures } = await drive(model, schedules, target, 'model');
        task.meta.drive = { workflow: name, mode, sessions, requests, seconds: (Date.now() - begun) / 1000 };
        expect(shortestFailure(failures, url)).toBe('');
        expect(sessions).toBe(schedules.length);
      } finally {
        await remove();
      }
    });
  });
}

/** One service on a database of its own. */
export function oneService(kind: DatabaseKind, more: Pick<Target, 'twice'> = {}): Mode['start'] {
  return async () => {
    const database = await testDatabase(kind);
    const service = await startIn(database.environment);
    const client = new Client(service.url);
    return {
      url: service.url,
      target: { client: () => client, ...more },
      remove: async () => {
        await service.stop();
        await database.remove();
      },
    };
  };
}

/** One service that is stopped and started again between any two steps of any session. */
export function restarted(kind: DatabaseKind): Mode['start'] {
  return async () => {
    const database = await testDatabase(kind);
    let service = await startIn(database.environment);
    let client = new Client(service.url);
    return {
      url: service.url,
      target: {
        client: () => client,
        between: async () => {
          await service.stop();
          service = await startIn(database.environment);
          client = new Client(service.url);
        },
      },
      remove: async () => {
        await service.stop();
        await database.remove();
      },
    };
  };
}

/** Two processes on one database: every other request of a session goes to the other. */
export async function twoProcesses(): Promise<Running> {
  const database = await testDatabase('PostgreSQL');
  const children = await Promise.all([startChild(database.environment), startChild(database.environment)]);
  const clients = children.map(({ url }) => new Client(url));
  return {
    url: children[0]?.url ?? '',
    target: { client: (n) => clients[n % clients.length] as Client },
    remove: async () => {
      await Promise.all(children.map((child) => child.end('SIGTERM')));
      await database.remove();
    },
  };
}
