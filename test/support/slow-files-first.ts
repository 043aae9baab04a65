/** Runs the longest files first: one that begins last keeps one processor busy while the others have nothing left to do. */
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** All files that take more than ten seconds, the slowest first; the report at the end of a run shows when this is out of date. */
const slowest = ['test/model/drive-postgres.test.ts'];

export class SlowFilesFirst extends BaseSequencer {
  /** Files of one project stay together after those: its workers keep their modules from one file to the next. */
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
