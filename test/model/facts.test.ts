/** The model's facts name states and tasks of their machines, and removing a workflow's guards is noticed. */
import { describe, expect, test } from 'vitest';
import type { Workflow } from '../../machines/workflow.ts';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { registry, workflowNamed } from '../support/workflows.ts';
import { factsOf } from './facts.ts';
import { forbiddenEntries } from './guarded-states.ts';
import { invariants } from './invariants.ts';
import type { Facts } from './observation.ts';
import { sizedTo } from './size.ts';

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

const email = exploredToSmallest('email-verification');

function exploredToSmallest(wanted: string) {
  const definition = registry.find(({ name }) => name === wanted) ?? expect.fail(`There is no ${wanted}`);
  const { workflow, limits } = sizedTo(definition, smallest);
  return { workflow, graph: exploreSteps(workflow, { times: 'exact', ends: 'any' }), facts: factsOf(wanted, limits) };
}

test.each<[string, string, Partial<Facts>]>([
  [
    'an event that no session accepts',
    'a deadline that an event begins anew',
    { renews: { REQUEST_CODE: { delay: 'codeLifetime', lastsMs: 1 } } },
  ],
  [
    'a deadline without a timer',
    'a deadline that an event begins anew',
    { renews: { CHANGE_EMAIL: { delay: 'codeValidity', lastsMs: 1 } } },
  ],
  [
    'a deadline of another length',
    'a deadline that an event begins anew',
    { renews: { CHANGE_EMAIL: { delay: 'codeLifetime', lastsMs: 1 } } },
  ],
  ['a count that no session keeps', 'no limit is ever passed', { counts: [...email.facts.counts, 'wrongLinkValues'] }],
  ['a count that is not in the facts', 'no limit is ever passed', { counts: email.facts.counts.slice(1) }],
  ['a count above its limit', 'no limit is ever passed', { guessesPerCode: 0 }],
])('%s breaks the rule', (_, rule, changed) => {
  const { broken } = invariants.find(({ name }) => name.startsWith(rule)) ?? expect.fail(`There is no rule ${rule}`);
  const { graph, workflow, facts } = email;
  expect(broken(graph, workflow, facts)).toEqual([]);
  expect(broken(graph, workflow, { ...facts, ...changed })).not.toEqual([]);
});

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
