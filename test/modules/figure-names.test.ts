/**
 * A workflow tells the figures that it reads, and a misspelt one is an error of the compiler. The compiler checks this file: each
 * `@ts-expect-error` is an error itself if the line below compiles.
 */
import { Type } from '@sinclair/typebox';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { setup } from 'xstate';
import type { accountChangeMachine } from '../../machines/account-change.ts';
import { accountChange } from '../../machines/account-change-interface.ts';
import type { accountSetupMachine } from '../../machines/account-setup.ts';
import { accountSetup } from '../../machines/account-setup-interface.ts';
import type { accountFigures } from '../../machines/accounts-figures.ts';
import type { codeFigures } from '../../machines/codes-figures.ts';
import { defineWorkflow } from '../../machines/define-workflow.ts';
import type { emailVerificationMachine } from '../../machines/email-verification.ts';
import { emailVerification } from '../../machines/email-verification-interface.ts';
import { noFields, noPayload } from '../../machines/fields.ts';
import { Duration, defineFigures, type FiguresOf } from '../../machines/figures.ts';
import type { linkingFigures } from '../../machines/linking-figures.ts';
import type { loginVerificationMachine } from '../../machines/login-verification.ts';
import { loginVerification } from '../../machines/login-verification-interface.ts';
import type { phoneVerificationMachine } from '../../machines/phone-verification.ts';
import { phoneVerification } from '../../machines/phone-verification-interface.ts';
import type { serviceFigures } from '../../machines/service-figures.ts';
import type { supportAccessMachine } from '../../machines/support-access.ts';
import { supportAccess } from '../../machines/support-access-interface.ts';
import { defineModule } from '../../src/modules/module.ts';
import { seed } from '../support/workflows.ts';

const schema = Duration('How long a book is lent.');
const figures = defineFigures({
  loanMs: { schema, default: 60_000, reason: 'A book is short.' },
  fineMs: { schema, default: 60_000, reason: 'A fine is due at once.' },
});

const lending = setup({
  types: {} as { events: { type: 'RETURN'; damaged?: true; by: 'post' | 'hand' } | { type: 'EXTEND' } },
  delays: { loan: 60_000 },
}).createMachine({ on: { RETURN: '.returned', EXTEND: {} }, initial: 'returned', states: { returned: { type: 'final' } } });
const event = { description: 'An event.', body: noFields, resolver: null, sender: 'holder', payloads: noPayload } as const;
const rest = {
  collection: 'loans',
  version: 1,
  description: 'Lends a book.',
  machine: lending,
  start: { body: noFields, resolver: null, events: [null] },
  events: {},
  view: { schema: Type.Object({}), of: () => ({}) },
  deadlines: { loan: 'dueAt' },
} as const;

test('the six workflows read the figures of their modules, and of no other', () => {
  type FigureOf<Definition extends { readonly uses?: { readonly figure: string } }> = NonNullable<Definition['uses']>['figure'];
  type OfService = keyof typeof serviceFigures;
  type OfCodes = keyof typeof codeFigures | OfService;
  expectTypeOf<FigureOf<typeof emailVerification>>().toEqualTypeOf<OfCodes>();
  expectTypeOf<FigureOf<typeof phoneVerification>>().toEqualTypeOf<OfCodes>();
  expectTypeOf<FigureOf<typeof loginVerification>>().toEqualTypeOf<OfCodes | keyof typeof accountFigures>();
  expectTypeOf<FigureOf<typeof accountChange>>().toEqualTypeOf<OfCodes | 'proofsPerSession'>();
  expectTypeOf<FigureOf<typeof accountSetup>>().toEqualTypeOf<keyof typeof linkingFigures | OfService>();
  expectTypeOf<FigureOf<typeof supportAccess>>().toEqualTypeOf<OfService>();
  const workflows = [emailVerification, phoneVerification, loginVerification, accountChange, accountSetup, supportAccess];
  expect(workflows.map(({ name }) => name)).toHaveLength(6);
});

test('a workflow with payloads and a view of its own tells its names', () => {
  const extension = { ...event, resolver: 'extension', payloads: [{}] } as const;
  const written = defineWorkflow('lending', ({ loanMs }: FiguresOf<typeof figures>) => ({
    ...rest,
    start: { ...rest.start, resolver: 'reader' },
    events: { RETURN: { ...event, payloads: [{ by: 'post' }, { by: 'hand', damaged: true }] }, EXTEND: extension },
    view: { schema: Type.Object({}), of: ({ masked }) => ({ reader: masked['reader'], loanMs }) },
    success: { outcome: 'returned', claims: ['loan'] },
  }));
  type Written = NonNullable<(typeof written)['uses']>;
  expectTypeOf<Written['figure']>().toEqualTypeOf<'fineMs' | 'loanMs'>();
  expectTypeOf<Written['resolver']>().toEqualTypeOf<'reader' | 'extension'>();
  expectTypeOf<Written['claim']>().toEqualTypeOf<'loan'>();
  expect(written.of({ loanMs: 60_000, fineMs: 1 }).view.of({ context: {}, masked: {}, viewer: 'holder' })).toEqual({ loanMs: 60_000 });
});

describe('the compiler refuses a misspelt', () => {
  test('figure, in the statechart and in the interface of each of the six workflows', () => {
    const { sessionLifetimeMs: sessionLifetime, ...without } = seed;
    const misspelt = { ...without, sessionLifetime };
    type Of<Machine extends (figures: never) => unknown> = Parameters<Machine>[0];
    const read: unknown[] = [];
    read.push(emailVerification.of(seed).name, ({ sessionLifetimeMs }: Of<typeof emailVerificationMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(emailVerification.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof emailVerificationMachine>) => of.sessionLifetime);
    read.push(phoneVerification.of(seed).name, ({ sessionLifetimeMs }: Of<typeof phoneVerificationMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(phoneVerification.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof phoneVerificationMachine>) => of.sessionLifetime);
    read.push(loginVerification.of(seed).name, ({ sessionLifetimeMs }: Of<typeof loginVerificationMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(loginVerification.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof loginVerificationMachine>) => of.sessionLifetime);
    read.push(accountChange.of(seed).name, ({ sessionLifetimeMs }: Of<typeof accountChangeMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(accountChange.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof accountChangeMachine>) => of.sessionLifetime);
    read.push(accountSetup.of(seed).name, ({ sessionLifetimeMs }: Of<typeof accountSetupMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(accountSetup.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof accountSetupMachine>) => of.sessionLifetime);
    read.push(supportAccess.of(seed).name, ({ sessionLifetimeMs }: Of<typeof supportAccessMachine>) => sessionLifetimeMs);
    // @ts-expect-error: sessionLifetime
    read.push(supportAccess.of(misspelt).name);
    // @ts-expect-error: sessionLifetime
    read.push((of: Of<typeof supportAccessMachine>) => of.sessionLifetime);
    expect(read).toHaveLength(24);
  });

  test('figure beside one that an order names', () => {
    const right = defineWorkflow('x', ({ fineMs }: FiguresOf<typeof figures>) => ({ ...rest, version: fineMs }));
    const wrong = defineWorkflow('x', ({ finesMs }: { finesMs: number }) => ({ ...rest, version: finesMs }));
    expect(defineModule({ name: 'x', figures, order: [['loanMs', 'sessionLifetimeMs']], workflows: [right] })).toBeDefined();
    // @ts-expect-error: no module brings the figure 'finesMs'
    expect(defineModule({ name: 'x', figures, order: [['loanMs', 'sessionLifetimeMs']], workflows: [wrong] })).toBeDefined();
  });
});
