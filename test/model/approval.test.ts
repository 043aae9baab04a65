/** The promises of a stranger's workflow: misspelt names stop the start, and each broken machine breaks a promise. */
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { valuesOf } from '../../machines/figures.ts';
import type { Promises } from '../../machines/promises.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { designOf } from '../../src/service/design.ts';
import { coverSteps } from '../../src/testing/graph/cover.ts';
import { schedulePath } from '../../src/testing/graph/scheduler.ts';
import { exploreSteps } from '../../src/testing/graph/step-graph.ts';
import { PromiseOracle } from '../../src/testing/promises/oracle.ts';
import { rulesOf } from '../../src/testing/promises/rules.ts';
import { type ApprovalFigures, approval, approvalFigures, approvalsOf } from './approval.ts';
import { saidBy } from './seen.ts';

const figures = valuesOf(approvalFigures, 'default');

/** The lines that refuse a service with these promises; empty if it starts. */
function refusal(changes: Promises): string {
  const workflow = defineWorkflow('approval', (known: ApprovalFigures) => {
    const { name: _, promises, ...rest } = approval.of(known);
    return { ...rest, promises: { ...promises, ...changes } };
  });
  try {
    designOf({ modules: [approvalsOf(workflow)], config: {} });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const wait = { facts: { waits: true }, rules: [], shows: {}, accepts: [] };

describe('the start', () => {
  test('accepts promises with known names', () => {
    expect(refusal({})).toBe('');
  });

  test.each<[string, Promises, string]>([
    [
      'an event',
      { limits: [{ event: 'REMIN', most: 1, refusal: 'not-signed' }] },
      "the event 'REMIN' in 'limits', which does not exist: correct it to one of APPROVE, REMIND, CANCEL",
    ],
    ['a state', { entries: [{ states: ['aproved'], by: [] }] }, "the state 'aproved' in 'entries'"],
    ['a state of a deadline', { deadlines: [{ delay: 'grace', lasts: 1000, leadsTo: 'expird' }] }, "the state 'expird' in 'deadlines'"],
    ['a task', { taskEnds: [{ task: 'review', leadsTo: 'approved' }] }, "the task 'review' in 'taskEnds'"],
    [
      'a party',
      { entries: [{ states: ['approved'], by: [{ event: 'APPROVE', sender: 'aprover' }] }] },
      "the party 'aprover' in 'entries', which does not exist: correct it to one of holder, owner, agent, client, provider, approver",
    ],
    ['an uninterrupted task', { uninterrupted: ['review'] }, "the task 'review' in 'uninterrupted'"],
    [
      'a delay',
      { deadlines: [{ delay: 'anser', lasts: 'answerMs' }] },
      "the delay 'anser' in 'deadlines', which does not exist: correct it to one of answer, reminderPause, grace",
    ],
    [
      'a figure',
      { cooldowns: [{ event: 'REMIND', lasts: 'reminderPause', refusal: 'reminded-already' }] },
      "the figure 'reminderPause' in 'cooldowns', which does not exist: define it",
    ],
    ['a refusal', { limits: [{ event: 'REMIND', most: 1, refusal: 'reminded-often' }] }, "the refusal 'reminded-often' in 'limits'"],
    ['a notice', { messages: [{ notice: 'please-anser', entering: ['overdue'] }] }, "the notice 'please-anser' in 'messages'"],
    [
      'the recipient of a message',
      { messages: [{ notice: 'please-answer', to: 'email', entering: ['overdue'] }] },
      "send 'please-answer' to 'email', and no action of the machine does",
    ],
    [
      'a member of the context',
      { counts: { remiders: { most: 2 } } },
      "the member of the context 'remiders' in 'counts', which does not exist: correct it to one of reminders",
    ],
    [
      'a field of a payload',
      { entries: [{ states: ['approved'], by: [{ event: 'APPROVE', with: { sined: true } }] }] },
      "the field 'sined' of APPROVE in 'entries', and the payloads of APPROVE have signed",
    ],
    [
      'the public name of a deadline',
      { deadlines: [{ delay: 'answer', lasts: 'answerMs', shownAs: 'answersBy' }] },
      "show the delay 'answer' as 'answersBy', and it is shown as 'answerBy'",
    ],
    ['a fact', { table: { ...wait, rules: [{ on: 'start', effects: [{ set: { wait: false } }] }] } }, "the fact 'wait' in 'table'"],
    [
      'a condition of a table',
      { table: { ...wait, accepts: [{ event: 'REMIND', when: { wait: true } }] } },
      "the name of the table 'wait' in 'table'",
    ],
    [
      'a step of a table',
      { table: { ...wait, rules: [{ on: 'start', effects: [{ do: 'remind' }] }] } },
      "the step of the table 'remind' in 'table'",
    ],
  ])('refuses %s that does not exist, in one line', (_, changes, line) => {
    const message = refusal(changes);
    expect(message).toContain(`Workflow 'approval': its promises`);
    expect(message).toContain(line);
    expect(message.split('\n')).toHaveLength(1);
  });
});

/** The broken promises of a workflow: rules of its graph, then differences on its paths. */
function broken(workflow: Workflow): string[] {
  const graph = exploreSteps(workflow, { times: 'exact', ends: 'any' });
  const rules = rulesOf(workflow, figures).flatMap(({ name, broken: violations }) => (violations(graph).length > 0 ? [name] : []));
  const paths = coverSteps(exploreSteps(workflow)).flatMap((path) => {
    const { opening, steps } = schedulePath(workflow, path);
    const oracle = new PromiseOracle(workflow.promises ?? {}, figures, 0);
    return steps.flatMap((step) => {
      const said = saidBy(step, opening);
      const until = step.rejection?.kind === 'refused' ? step.rejection.until : null;
      const problem = step.rejection === null ? null : step.rejection.kind === 'refused' ? step.rejection.code : 'event-not-accepted';
      const retryAfterSeconds = until === null ? null : Math.ceil((until - step.at) / 1000);
      return said === null ? [] : oracle.told(said, step.at, { problem, retryAfterSeconds }, true);
    });
  });
  return [...new Set([...rules, ...paths])];
}

/** The workflow with a change of its machine's configuration. */
function changed(change: (config: string) => string): Workflow {
  const workflow = approval.of(figures);
  const { machine } = workflow;
  const text = JSON.stringify(machine.config);
  const edited = change(text);
  if (edited === text) throw new Error('The change has no effect');
  return { ...workflow, machine: createMachine(JSON.parse(edited), machine.implementations as never) as AnyStateMachine };
}

describe('the promises', () => {
  test('hold of the machine', () => {
    expect(broken(approval.of(figures))).toEqual([]);
  });

  test.each<[string, () => Workflow, string]>([
    ['a proof that is not asked for', () => guarded('isSigned'), 'a guarded state is entered by nothing but its proof'],
    ['a limit that is not kept', () => guarded('remindersLeft'), 'the answer to REMIND: expected too-many-reminders, was null'],
    [
      'another figure of the limit',
      () => of({ remindersPerRequest: 1 }),
      'the answer to REMIND: too-many-reminders although its limit is not reached',
    ],
    [
      'another refusal',
      () => changed((text) => text.replace('too-many-reminders', 'not-signed')),
      'the answer to REMIND: expected too-many-reminders, was not-signed',
    ],
    [
      'a pause that is too short',
      () => of({ reminderPauseMs: 1_800_000 }),
      'a deadline that an event begins anew is counted from that event',
    ],
    [
      'a refusal without a time',
      () => changed((text) => text.replace(',"until":"reminderPause"', '')),
      'Retry-After: expected 3600, was null',
    ],
    [
      'a deadline that leads elsewhere',
      () => changed((text) => text.replace('{"grace":"expired"}', '{"grace":"cancelled"}')),
      'a passed deadline leads to its states',
    ],
    ['a deadline that is too far away', () => of({ answerMs: 90_000_000 }), 'no deadline is farther away than its figure'],
    [
      'a reminder that is not sent',
      () => changed((text) => text.replace(/"entry":{"type":"sendMessage".*?}},/, '')),
      'each message is sent on its steps, and on no other',
    ],
    [
      'an invitation that is not sent',
      () => changed((text) => text.replace('"entry":{"type":"invite","params":{"party":"approver"}},', '')),
      'each message is sent on its steps, and on no other',
    ],
    [
      'a session without an end',
      () => changed((text) => text.replace('"after":{"grace":"expired"}', '"on":{"REMIND":"expired"}')),
      'every session ends by itself',
    ],
    ['an event of another sender', () => sentBy('holder'), 'a guarded state is entered by nothing but its proof'],
    [
      'a message too many',
      () =>
        changed((text) =>
          text.replace('"expired":{', '"expired":{"entry":{"type":"sendMessage","params":{"notice":"please-answer","to":"approver"}},'),
        ),
      'each message is sent on its steps, and on no other',
    ],
    [
      'a message to another recipient',
      () => changed((text) => text.replaceAll('"to":"approver"', '"to":"requester"')),
      'each message is sent on its steps, and on no other',
    ],
  ])('find %s', (_, workflow, promise) => {
    expect(broken(workflow())).toContainEqual(expect.stringContaining(promise));
  });
});

function of(others: Partial<ApprovalFigures>): Workflow {
  return approval.of({ ...figures, ...others });
}

function sentBy(sender: 'holder'): Workflow {
  const workflow = approval.of(figures);
  const { APPROVE } = workflow.events;
  if (APPROVE === undefined) throw new Error('An approval has no APPROVE');
  return { ...workflow, events: { ...workflow.events, APPROVE: { ...APPROVE, sender } } };
}

function guarded(guard: string): Workflow {
  const workflow = approval.of(figures);
  return { ...workflow, machine: workflow.machine.provide({ guards: { [guard]: () => true } }) };
}
