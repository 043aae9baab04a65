/** The promises of the built-in workflows are complete, and a machine without one of its guards breaks them. */
import { describe, expect, test } from 'vitest';
import type { Promises } from '../../machines/promises.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { forbiddenEntries, graphPromises } from '../../src/testing/promises/graph-promises.ts';
import { registry, workflowNamed } from '../support/workflows.ts';
import { type Facts, factsOf } from './facts.ts';
import { sizedTo, smallest } from './size.ts';

/** The proof of each workflow. Access to an account ends like any other session, so its grant is the guarded state. */
const proofs: Readonly<Record<string, string>> = {
  'email-verification': 'verified',
  'phone-verification': 'verified',
  'login-verification': 'authenticated',
  'account-setup': 'complete',
  'account-change': 'applied',
  'support-access': 'granted',
  'authenticator-registration': 'enrolled',
  'backup-code-replacement': 'enrolled',
  'passkey-registration': 'enrolled',
  'passkey-login': 'authenticated',
  'device-unlock': 'unlocked',
};

describe.each(registry.map(({ name }) => name))('the promises of %s', (name) => {
  const { promises, machine } = workflowNamed(name);

  test('guard its proof', () => {
    expect((promises?.entries ?? []).flatMap(({ states }) => states)).toContain(proofs[name]);
  });

  test('cover every timer', () => {
    const promised = (promises?.deadlines ?? []).map(({ delay }) => delay);
    expect(promised.toSorted()).toEqual(Object.keys(machine.implementations.delays).toSorted());
  });

  test('are plain data', () => {
    expect(JSON.parse(JSON.stringify(promises))).toEqual(promises);
  });
});

const email = exploredToSmallest('email-verification');

function exploredToSmallest(wanted: string) {
  const definition = registry.find(({ name }) => name === wanted) ?? expect.fail(`There is no ${wanted}`);
  const { workflow, limits } = sizedTo(definition, smallest);
  return { workflow, graph: exploreSteps(workflow, { times: 'exact', ends: 'any' }), facts: factsOf(limits) };
}

const codeLifetime = { delay: 'codeLifetime', lasts: 'codeLifetimeMs' };

test.each<[string, string, Promises, Partial<Facts>?]>([
  [
    'an event that no session accepts',
    'a deadline that an event begins anew',
    { deadlines: [{ ...codeLifetime, begunBy: [{ event: 'REQUEST_CODE' }] }] },
  ],
  [
    'a deadline without a timer',
    'a deadline that an event begins anew',
    { deadlines: [{ ...codeLifetime, delay: 'codeValidity', begunBy: [{ event: 'CHANGE_EMAIL' }] }] },
  ],
  [
    'a deadline of another length',
    'a deadline that an event begins anew',
    { deadlines: [{ ...codeLifetime, lasts: 1, begunBy: [{ event: 'CHANGE_EMAIL' }] }] },
  ],
  ['a timer that is farther away than its figure', 'no deadline is farther away', { deadlines: [{ ...codeLifetime, lasts: 1 }] }],
  ['a deadline that leads elsewhere', 'a passed deadline', { deadlines: [{ ...codeLifetime, leadsTo: 'abandoned' }] }],
  ['a count that no session keeps', 'no limit is ever passed', { counts: { wrongLinkValues: { most: 5 } } }],
  ['a count above its limit', 'no limit is ever passed', {}, { guessesPerCode: 0 }],
  [
    'a count of another event',
    'each promised event is counted',
    { counts: { wrongGuesses: { most: 5, of: { event: 'RESEND_CODE', in: 'codeActive' } } } },
  ],
  ['a task that leads elsewhere', 'the end of a task', { taskEnds: [{ task: 'deliverCode', leadsTo: 'expired' }] }],
  ['a task that never ends so', 'the end of a task', { taskEnds: [{ task: 'deliverCode', outcome: 'bounced', leadsTo: 'expired' }] }],
  ['a message that is never sent', 'each message is sent', { messages: [{ notice: 'wrong-code', entering: ['expired'] }] }],
  ['a task that events interrupt', 'only its own end', { uninterrupted: ['deliverCode'] }],
  ['a state that other steps enter', 'a guarded state', { entries: [{ states: ['expired'], by: [{ event: 'CANCEL' }] }] }],
])('%s breaks the rule', (_, rule, changed, limits = {}) => {
  const { broken } = graphPromises.find(({ name }) => name.startsWith(rule)) ?? expect.fail(`There is no rule ${rule}`);
  const { graph, workflow, facts } = email;
  const { promises = {} } = workflow;
  expect(broken({ graph, workflow, promises, figures: facts })).toEqual([]);
  expect(broken({ graph, workflow, promises: { ...promises, ...changed }, figures: { ...facts, ...limits } })).not.toEqual([]);
});

const entriesOf = (name: string, changed: (workflow: Workflow) => Workflow): string[] => {
  const definition = registry.find((each) => each.name === name) ?? expect.fail(`There is no ${name}`);
  const { workflow, limits } = sizedTo(definition, smallest);
  const broken = changed(workflow);
  const graph = exploreSteps(broken, { times: 'exact', ends: 'any' });
  const { promises = {} } = broken;
  return forbiddenEntries({ graph, workflow: broken, promises, figures: factsOf(limits) });
};

/** @param result of the guard from now on */
const without =
  (guard: string, result = true) =>
  (workflow: Workflow): Workflow => ({ ...workflow, machine: workflow.machine.provide({ guards: { [guard]: () => result } }) });

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
  ['login-verification', 'isProved', without('isProved'), 'PROVE_FACTOR (result: wrong)'],
  ['login-verification', 'enrols', without('enrols', false), 'PROVE_FACTOR (result: correct, enrols: true)'],
  ['login-verification', 'enrols', without('enrols', false), 'SUBMIT_CODE (correct: true, enrols: true)'],
  ['login-verification', 'isEnrolmentCorrect', without('isEnrolmentCorrect'), 'ENROL_FACTOR (result: cancelled)'],
  ['login-verification', 'isEnrolled', without('isEnrolled'), 'enrolFactor ends as taken'],
  ['account-change', 'isProved', without('isProved'), 'PROVE_FACTOR (result: wrong)'],
  ['account-change', 'isCorrect', without('isCorrect'), 'SUBMIT_CODE (correct: false)'],
  ['account-change', 'isPassword', without('isPassword'), 'SUBMIT_CODE (correct: true)'],
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
