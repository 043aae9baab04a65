/** The personal details that a task with its own work may add to its session. */
import { describe, expect, test } from 'vitest';
import { answerIn } from '../../src/backends/backend-answer.ts';
import { ownDetailsOf, personalOf, withOwnDetails, withPersonal } from '../../src/engine/personal.ts';
import { startSession } from '../../src/engine/steps/step.ts';
import { doneWith } from '../../src/engine/tasks/handlers.ts';
import { vault } from '../support/test-process.ts';
import { workflowNamed } from '../support/workflows.ts';

const refused: readonly (readonly [name: string, data: unknown, expected: RegExp])[] = [
  ['a document', { report: 'x'.repeat(2_001) }, /at most 20 texts by name/i],
  ['many texts', Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`text${n}`, ''])), /at most 20 texts/i],
  ['a number', { seats: Number.NaN }, /at most 20 texts/i],
  ['half a character', { name: '\ud800' }, /at most 20 texts/i],
  ['a list', ['12A'], /at most 20 texts/i],
  ['the account of another person', { accountId: 'a1' }, /No 'accountId', which says whose a session is/],
  ['another agent', { agentKey: 'desk', agent: 'Sam' }, /says whose a session is/],
  ['a name of the engine', { '@client': 'shop' }, /begin with a letter/],
  ['a prototype', JSON.parse('{ "__proto__": "x" }'), /begin with a letter/],
];

describe.each(refused)('%s', (_, data, expected) => {
  test('fails a task that returns it', () => {
    expect(doneWith('done', data, ['done'])).toEqual({ outcome: 'failed', reason: expect.stringMatching(expected) });
  });

  test('is refused to a backend that answers it', () => {
    expect(answerIn({ outcome: 'done', data }, ['done'])).toEqual({
      fault: { kind: 'invalid', path: '/data', message: expect.stringMatching(expected) },
    });
  });
});

test('a few texts are taken', () => {
  const personal = { seat: '12A', 'seat-class': 'second' };
  expect(doneWith('done', personal, ['done'])).toEqual({ outcome: 'done', output: { outcome: 'done' }, personal });
});

test('the details of the engine are changed by nothing but the engine', () => {
  const blank = { id: '00000000-0000-7000-8000-000000000000', keyId: 'a', sealed: null, startFingerprint: null };
  const { session: empty } = startSession(workflowNamed('email-verification'), blank, null, 0);
  const started = withOwnDetails(empty, { '@client': 'shop' }, vault);
  const session = withPersonal(started, { seat: '12A', '@client': 'bank', '@invitation approver': '7' }, vault);
  expect(personalOf(session, vault)).toEqual({ seat: '12A' });
  expect(ownDetailsOf(session, vault)).toEqual({ '@client': 'shop' });
});
