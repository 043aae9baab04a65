/** Runs the longest files first: a long file that begins last would keep one processor busy while the others are idle. */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** The longest files, the slowest first. The report at the end of a run shows if this list is out of date. */
export const slowest = [
  // Of the long run.
  'test/model/drive-postgres-counts.long.test.ts',
  'test/outside/package-nodes.long.test.ts',
  'test/model/invariants-larger.long.test.ts',
  'test/outside/examples.long.test.ts',
  'test/attack/timing.long.test.ts',
  'test/outside/generators.long.test.ts',
  'test/service/caller-order.long.test.ts',
  'test/service/code-guesses-month.long.test.ts',
  'test/tools/new-project.long.test.ts',
  'test/service/authenticator-failures.long.test.ts',
  'test/service/account-guesses.long.test.ts',
  // Of the extended run.
  'test/outside/package.extended.test.ts',
  'test/service/process.extended.test.ts',
  'test/model/drive-restarted.long.test.ts',
  'test/model/drive-two-processes.extended.test.ts',
  'test/model/drive-pglite.extended.test.ts',
  'test/model/drive-twice.long.test.ts',
  'test/service/nasty-values.extended.test.ts',
  'test/service/overload.long.test.ts',
  'test/attack/attack.extended.test.ts',
  'test/attack/gate.extended.test.ts',
  'test/attack/passkeys.extended.test.ts',
  'test/tools/dev.long.test.ts',
  'test/tools/projects.extended.test.ts',
  'test/browser/play-journeys.extended.test.ts',
  'test/browser/prefix.extended.test.ts',
  'test/service/crash.extended.test.ts',
  'test/browser/linking.extended.test.ts',
  'test/browser/docs.extended.test.ts',
  'test/browser/play-trouble.extended.test.ts',
  'test/service/backend-crash.extended.test.ts',
  'test/browser/play.extended.test.ts',
  'test/service/rolling-restart.long.test.ts',
  'test/store/pglite.extended.test.ts',
  // Of npm test.
  'test/model/drive-postgres.test.ts',
  'test/model/drive-postgres-codes.test.ts',
  'test/service/absent-modules.test.ts',
  'test/service/password-clients.test.ts',
  'test/service/versions.test.ts',
  'test/service/walk-throughs.test.ts',
  'test/store/postgres.test.ts',
  'test/service/country-budgets.test.ts',
  'test/client/lost-answers.test.ts',
  'test/service/starting.test.ts',
  'test/service/outage.test.ts',
];

export class SlowFilesFirst extends BaseSequencer {
  /** After the slowest files, the files of one project stay together, because a project's workers keep their modules between files. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = slowest.findIndex((each) => moduleId.endsWith(each));
      return place === -1 ? slowest.length : place;
    };
    return files.toSorted(
      (a, b) => rank(a) - rank(b) || b.project.name.localeCompare(a.project.name) || a.moduleId.localeCompare(b.moduleId),
    );
  }
}
