/** The compiler checks the names in promises: each `@ts-expect-error` is an error itself if the line below it compiles. */
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { type ApprovalFigures, approvalMachine } from '../model/approval.ts';

const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;

const withoutPromises = (figures: ApprovalFigures) => ({
  collection: 'approvals',
  version: 1,
  description: 'Asks for an approval.',
  machine: approvalMachine(figures),
  start: { body: noFields, resolver: null, events: [null] },
  events: { REMIND: event, CANCEL: event },
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: {},
});

test('promises name events, states, delays, refusals and notices of the machine', () => {
  const definition = defineWorkflow('approval', (figures: ApprovalFigures) => ({
    ...withoutPromises(figures),
    promises: {
      entries: [{ states: ['asked.reminded'], by: [{ event: 'REMIND', when: { reminders: { below: 'remindersPerRequest' } } }] }],
      limits: [{ event: 'REMIND', most: 2, refusal: 'too-many-reminders' }],
      deadlines: [{ delay: 'grace', lasts: 'graceMs', begunBy: [{ event: 'CANCEL' }], leadsTo: ['expired', 'approved'] }],
      messages: [{ notice: 'please-answer', on: [{ event: 'start' }], entering: ['overdue'] }],
    },
  }));
  expect(definition.name).toBe('approval');
});

test('an unknown name is an error of the compiler', () => {
  const definitions = [
    // @ts-expect-error: the workflow has no event REMIN
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { limits: [{ event: 'REMIN', most: 2, refusal: 'too-many-reminders' }] },
    })),
    // @ts-expect-error: the machine has no state 'aproved'
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { entries: [{ states: ['aproved'], by: [] }] },
    })),
    // @ts-expect-error: the machine has no delay 'anser'
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { deadlines: [{ delay: 'anser', lasts: 'answerMs' }] },
    })),
    // @ts-expect-error: the machine has no refusal 'too-often'
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { limits: [{ event: 'REMIND', most: 2, refusal: 'too-often' }] },
    })),
    // @ts-expect-error: the machine sends no notice 'please-anser'
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { messages: [{ notice: 'please-anser', entering: ['overdue'] }] },
    })),
    // @ts-expect-error: promises have no member 'limit'
    defineWorkflow('approval', (figures: ApprovalFigures) => ({
      ...withoutPromises(figures),
      promises: { limit: [{ event: 'REMIND', most: 2, refusal: 'too-many-reminders' }] },
    })),
  ];
  expect(definitions).toHaveLength(6);
});
