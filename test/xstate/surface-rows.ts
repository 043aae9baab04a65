/** Rows of docs/xstate.md: the feature, and its status on the page. */
import { readFileSync } from 'node:fs';

export interface Row {
  readonly section: string;
  readonly feature: string;
  readonly verdict: string;
}

const page = new URL('../../docs/xstate.md', import.meta.url);

/** @returns the rows of its tables, without their headings */
export function rowsOfThePage(): Row[] {
  let section = '';
  return readFileSync(page, 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('## ')) section = line.slice(3);
      const [, feature, verdict] = /^\| (.+?) \| (\w+) \|/.exec(line.replaceAll('\\|', '¦')) ?? [];
      if (feature === undefined || verdict === undefined || feature === 'feature') return [];
      return [{ section, feature: feature.replaceAll('¦', '|'), verdict }];
    });
}
