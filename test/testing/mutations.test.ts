/** The mutation test of an author's workflow: a promise is needed for each broken version that no rule notices. */
import { readFileSync } from 'node:fs';
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

test('the report names the promise that notices a broken version', () => {
  missedWith({});
  const { workflows } = JSON.parse(readFileSync('coverage/mutation.json', 'utf8'));
  expect(workflows.counting.versions).toContainEqual({
    name: 'counting: open: ADD 0 without add',
    result: 'noticed',
    by: 'an event is accepted until its limit, and refused from then on',
  });
});

test('a promise about the limit notices every change of the limit', () => {
  const missed = missedWith({}).filter((line) => line.includes('ADD'));
  expect(missed).toEqual([]);
});

test('a workflow that breaks its own promises is not broken further', () => {
  expect(() => missedWith({ promised: 2 })).toThrow(/The workflow 'counting' itself breaks a rule or promise/);
});
