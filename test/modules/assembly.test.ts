/** Modules that cannot be put together stop the start of a service with one line. */
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { emailVerification } from '../../machines/email-verification-interface.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { engineTaskNames } from '../../src/engine/engine-tasks.ts';
import { defineModule, type Module, type ModuleDefinition } from '../../src/modules/module.ts';
import { defineVocabulary } from '../../src/modules/vocabulary.ts';
import { fieldsResolver } from '../../src/resolvers/fields.ts';
import { library, loan, refusal } from './library.ts';

describe('a name that two modules bring is refused', () => {
  test.each<[string, Partial<ModuleDefinition<undefined, undefined>>, string]>([
    [
      'a resolver',
      { resolvers: { code: fieldsResolver({}), loan: fieldsResolver({}) } },
      "The resolver 'code' is brought by the modules 'codes' and 'library'",
    ],
    ...engineTaskNames.map((name): [string, Partial<ModuleDefinition<undefined, undefined>>, string] => [
      `the engine’s task ${name}`,
      { tasks: { [name]: { run: async () => ({ outcome: 'done' }) } } },
      `The task '${name}' is brought by the modules 'the service' and 'library'`,
    ]),
    [
      'a task with the name of a workflow',
      { tasks: { 'email-verification': { run: async () => ({ outcome: 'done' }) } } },
      "The task 'email-verification' has the name of a workflow",
    ],
    ['a workflow', { workflows: [emailVerification] }, "The workflow 'email-verification' is brought by the modules 'codes' and 'library'"],
    [
      'a refusal of the service',
      { refusals: { 'not-found': { status: 404, title: '', explanation: '', remedy: '' } } },
      "The refusal 'not-found' is brought by the modules 'the service' and 'library'",
    ],
    ['a module', { name: 'codes' }, "The module 'codes' is named twice"],
  ])('%s', (_, changes, line) => {
    expect(refusal(changes)).toContain(line);
  });
});

test('two modules that need each other are refused', () => {
  const needs: Module[] = [];
  const shelf = defineModule({ name: 'shelf', needs });
  needs.push(defineModule({ name: 'room', needs: [shelf] }));
  expect(refusal({ needs: [shelf] })).toBe('The modules library → shelf → room → shelf need each other');
});

test('a second module that recognises owners of accounts is refused', () => {
  const owners = { authenticate: async () => null };
  expect(refusal({ owners } as never)).toBe('The modules accounts and library both recognise owners of accounts');
});

test('a word of a module that is also in its vocabulary is refused', () => {
  const { refusals = {} } = library;
  const vocabulary = defineVocabulary({ refusals });
  expect(() => defineModule({ name: 'books', vocabulary, refusals } as never)).toThrow(
    "The refusal 'lent' is in the module 'books' and its vocabulary",
  );
});

test('a version of a workflow that is registered twice is refused', () => {
  expect(refusal({ workflows: [loan(), loan()] })).toBe('The workflow book-loan@1 is registered twice');
});

test('a workflow that fails when it is made is refused with the reason of XState', () => {
  const { name: _, ...made } = loan().of({});
  const lent = { on: { RETURN: 'retuned' } };
  const machine = () => setup({}).createMachine({ initial: 'lent', states: { lent } } as never) as unknown as Workflow['machine'];
  const failing = defineWorkflow('book-loan', () => ({ ...made, machine: machine() }));
  expect(refusal({ workflows: [failing] })).toMatch(
    /^Workflow 'book-loan': it cannot be made: [^\n]* state 'retuned' does not exist[^\n]*$/,
  );
});
