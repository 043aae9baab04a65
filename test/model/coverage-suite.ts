/** Tests that the paths of every workflow cover everything and keep the product's promises, without a service. */
import { afterAll, describe, expect, test } from 'vitest';
import { type Row, rowsOf, writeReport } from '../../src/testing/report.ts';
import { registry } from '../support/workflows.ts';
import { pairs } from './modes.ts';
import { rehearse } from './rehearse.ts';
import type { Limits, Size } from './size.ts';
import { suiteOfSize } from './suite.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The coverage of a workflow's paths, for the report at the end of a run. */
    coverage?: {
      readonly workflow: string;
      readonly limits: Limits;
      readonly rows: readonly Row[];
      readonly paths: number;
      readonly impossiblePairs: number;
    };
  }
}

/** Makes the tests: a suite per workflow. */
export function coverAll(size: Size): void {
  const suites = registry.map((definition) => suiteOfSize(definition, size));
  afterAll(() => writeReport(suites.map(({ model: { workflow }, ...paths }) => ({ workflow, ...paths }))));

  describe.each(suites.map((suite) => [suite.model.workflow.name, suite] as const))('%s', (name, suite) => {
    const { impossiblePairs, ...shares } = suite.coverage();

    test('its paths are counted', ({ task }) => {
      const rows = rowsOf({ impossiblePairs, ...shares });
      task.meta.coverage = {
        workflow: name,
        limits: suite.limits,
        rows,
        paths: suite.schedules.length,
        impossiblePairs: impossiblePairs.length,
      };
      // A machine that sends no code has no resend. Any other empty list is a fault of the test.
      const absent = rows.filter(({ of }) => of === 0).map(({ what }) => what);
      expect(absent).toEqual('RESEND_CODE' in suite.model.workflow.events ? [] : ['ways of a resend']);
    });

    test.each(Object.keys(shares) as (keyof typeof shares)[])('its paths cover all %s', (what) => {
      expect(shares[what].missing).toEqual([]);
    });

    test('the paths that are driven through a service cover all timeouts and all resends', () => {
      const { timeouts, resends } = suite.coverage(pairs(suite.schedules));
      expect([...timeouts.missing, ...resends.missing]).toEqual([]);
    });

    test('its paths keep, step by step, the product’s promises', () => {
      const wrong = suite.schedules.flatMap((schedule) => rehearse(suite.model, schedule)?.wrong ?? []);
      expect(wrong).toEqual([]);
    });

    test('each pair of transitions that cannot follow one another has its reason', () => {
      expect(impossiblePairs.filter(({ reason }) => reason === '')).toEqual([]);
    });
  });
}
