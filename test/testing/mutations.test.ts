/** The mutation test of an author's workflow: a promise is needed for each broken version that no rule notices. */
import { expect, test } from 'vitest';
import { runMutations } from '../../src/testing/mutation/run-mutations.ts';
import { counting } from './counting.ts';

function missedWith(promises: Parameters<typeof counting>[0]): string[] {
  const lines: string[] = [];
  const missed = runMutations({
    modules: [counting(promises)],
    names: ['counting'],
    say: () => {},
    complain: (line) => lines.push(line),
  });
  expect(missed).toBe(lines.length);
  return lines;
}

test('without promises, hardly any broken version is noticed', () => {
  expect(missedWith({ promised: null })).toContain('MISSED  counting: open: ADD 1 refused as code-limit');
});

test('a promise about the limit notices every change of the limit', () => {
  const missed = missedWith({}).filter((line) => line.includes('ADD'));
  expect(missed).toEqual([]);
});

test('a workflow that breaks its own promises is not broken further', () => {
  expect(() => missedWith({ promised: 2 })).toThrow(/The workflow 'counting' itself breaks a rule or promise/);
});
