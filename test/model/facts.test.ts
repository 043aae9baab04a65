/** The model's facts name states and tasks of their machines, and removing a workflow's guards is noticed. */
import { describe, expect, test } from 'vitest';
import type { Workflow } from '../../machines/workflow.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { registry, workflowNamed } from '../support/workflows.ts';
import { factsOf } from './facts.ts';
import { forbiddenEntries } from './guarded-states.ts';
import { sizedTo } from './size.ts';
import { exploreSteps } from './step-graph.ts';

describe.each(registry.map(({ name }) => name))('the facts of %s', (name) => {
  const { success, guarded, ends } = factsOf(name);
  const workflow = workflowNamed(name);
  const { states } = readMachine(workflow);
  const paths = states.map(({ path }) => path);

  test('name states and tasks of its machine', () => {
    const known = [...paths, ...states.flatMap(({ tasks }) => tasks.map(({ id }) => id))];
    const named = [success, ...guarded.flatMap((each) => each.states), ...ends.map(({ state }) => state)];
    expect(named.filter((each) => !known.includes(each))).toEqual([]);
  });

  test('guard its success', () => {
    expect(guarded.some((each) => each.states.includes(success))).toBe(true);
  });
});

/** The smallest limits: a missing guard shows as soon as one step passes it. */
const smallest = { whole: 0, reduced: 0 };

const entriesOf = (name: string, changed: (workflow: Workflow) => Workflow): string[] => {
  const definition = registry.find((each) => each.name === name) ?? expect.fail(`There is no ${name}`);
  const { workflow, limits } = sizedTo(definition, smallest);
  const broken = changed(workflow);
  return forbiddenEntries(exploreSteps(broken, { times: 'exact', ends: 'any' }), broken, factsOf(name, limits));
};

const without =
  (...guards: readonly string[]) =>
  (workflow: Workflow): Workflow => ({
    ...workflow,
    machine: workflow.machine.provide({ guards: Object.fromEntries(guards.map((guard) => [guard, () => true])) }),
  });

const grantedBy =
  (changes: object) =>
  (workflow: Workflow): Workflow => {
    const { GRANT } = workflow.events;
    if (GRANT === undefined) throw new Error('Support access has no GRANT');
    return { ...workflow, events: { ...workflow.events, GRANT: { ...GRANT, ...changes } } };
  };

test.each([
  ['email-verification', 'isCorrect', without('isCorrect'), 'SUBMIT_CODE (correct: false)'],
  ['phone-verification', 'isCorrect', without('isCorrect'), 'SUBMIT_CODE (correct: false)'],
  ['login-verification', 'isCorrect', without('isCorrect'), 'SUBMIT_CODE (correct: false)'],
  ['account-change', 'isCorrect', without('isCorrect'), 'SUBMIT_CODE (correct: false)'],
  ['account-change', 'isCorrectForPassword', without('isCorrectForPassword'), 'SUBMIT_CODE (correct: true)'],
  ['account-change', 'isVerified', without('isVerified'), 'verifyDestination ends as cancelled'],
  ['account-change', 'isApplied', without('isApplied'), 'applyChange ends as taken'],
  ['account-setup', 'isVerified', without('isVerified'), 'verifyEmail ends as cancelled'],
  ['account-setup', 'isGranted', without('isGranted'), 'PROVIDER_RETURNED (answer: declined)'],
  ['account-setup', 'isGranted', without('isGranted'), 'PROVIDER_RETURNED (answer: failed)'],
  ['account-setup', 'isConfirmed', without('isConfirmed'), 'CONFIRM_LINK (correct: false)'],
  ['account-setup', 'isLinked', without('isLinked'), 'exchangeGrant ends as refused'],
  ['support-access', 'its sender', grantedBy({ sender: 'agent' }), 'GRANT (minutes: 15)'],
  ['support-access', 'its second factor', grantedBy({ secondFactor: false }), 'GRANT (minutes: 15)'],
] as const)('%s without %s is found', (name, _, changed, entry) => {
  expect(entriesOf(name, changed)).toContainEqual(expect.stringContaining(`${entry}: `));
});
