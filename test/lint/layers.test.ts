/** The lint rules, each applied to the repository and to a planted violation. */
import { describe, expect, test } from 'vitest';
import { rootedAddresses } from './address-rules.ts';
import { pageScripts, paths, sources, tracked } from './checkout.ts';
import { environmentReads, forcedCasts, impurities, localClockReaders, untypedAnswers, workflowMentions } from './construct-rules.ts';
import { importCycles, importViolations } from './import-rules.ts';
import { badNames, longFiles, strangersAtTheTop } from './layout-rules.ts';
import { type ParsedFile, parseFile, type Violation } from './parsed-file.ts';
import { plant, planted, workflowsPlanted } from './planted-files.ts';

describe('the checkout', () => {
  test('is read', () => {
    expect(paths).toContain('package.json');
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['machines/workflow.ts', 'src/main.ts', 'test/lint/layers.test.ts']),
    );
  });
});

describe('imports', () => {
  test('run one way', () => {
    expect(importViolations(sources)).toEqual([]);
  });

  test('make no cycle', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  test.each([
    ['machines/a.ts', "import { Hono } from 'hono';"],
    ['machines/a.ts', "import { readFile } from 'node:fs';"],
    ['machines/a.ts', "import type { Session } from '../src/engine/session.ts';"],
    ['machines/a.ts', "export * from '../src/engine/session.ts';"],
    ['src/engine/a.ts', "import { emailVerification } from '../../machines/email-verification-interface.ts';"],
    ['src/engine/a.ts', "type M = import('../../machines/email-verification-interface.ts').M;"],
    ['src/http/a.ts', "import { a } from '../../machines/a-chart.ts';"],
    ['machines/a.ts', "import { emailVerification } from './email-verification-interface.ts';"],
    ['src/engine/a.ts', "import { Store } from '../store/store.ts';"],
    ['src/store/a.ts', "import { Accounts } from '../accounts/accounts.ts';"],
    ['src/engine/steps/a.ts', "import { endAttempt } from '../tasks/attempt-end.ts';"],
    ['src/engine/a.ts', "import type { Pool } from 'pg';"],
    ['src/engine/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/http/a.ts', "import type { Store } from '../store/store.ts';"],
    ['src/http/a.ts', "export { Store } from '../store/store.ts';"],
    ['src/http/a.ts', "const store = await import('../store/store.ts');"],
    ['src/http/a.ts', 'const store = await import(name);'],
    ['src/http/a.ts', "import { readConfig } from '../config/config.ts';"],
    ['src/http/a.ts', "import { emailVerification } from '../../machines/email-verification-interface.ts';"],
    ['src/http/a.ts', "import { sql } from 'kysely';"],
    ['src/service/a.ts', "import { Pool } from 'pg';"],
    ['src/service/a.ts', "import { drawSvg } from '../diagrams/svg.ts';"],
    ['src/service/a.ts', "import { emailVerification } from '../../machines/email-verification-interface.ts';"],
    ['src/modules/a.ts', "import { createService } from '../service/service.ts';"],
    ['src/config/a.ts', "import { codes } from '../modules/codes/codes.ts';"],
    ['src/http/a.ts', "import type { Module } from '../modules/module.ts';"],
    ['src/diagrams/model.ts', "import { layOut } from './layout.ts';"],
    ['src/http/a.ts', "import type { MachineModel } from '../diagrams/model.ts';"],
    ['src/http/problems/a.ts', "import { bodyOf } from '../requests/request-body.ts';"],
    ['src/http/problems/a.ts', "import { createApp } from '../app.ts';"],
    ['src/http/pages/a.ts', "import { pictures } from '../elsewhere/a.ts';"],
    ['src/http/elsewhere/a.ts', "import { Problem } from '../problems/problem.ts';"],
    ['src/http/a.ts', "import elk from 'elkjs/lib/elk.bundled.js';"],
    ['src/service/a.ts', "import { start } from '../main.ts';"],
    ['src/service/a.ts', "import { fake } from '../../test/support/fake.ts';"],
    ['test/a.test.ts', "import '../src/main.ts';"],
  ])('are refused: %s %s', (path, text) => {
    expect(importViolations(planted({ ...workflowsPlanted, [path]: text }))).toEqual([expect.stringContaining(`${path}:1 imports `)]);
  });

  test.each([
    ['machines/a.ts', "import { setup } from 'xstate'; import { Type } from '@sinclair/typebox'; import { b } from './b.ts';"],
    ['src/engine/a.ts', "import { initialTransition } from 'xstate'; import { createHash } from 'node:crypto';"],
    ['src/engine/a.ts', "import type { Workflow } from '../../machines/workflow.ts'; import { b } from './b.ts';"],
    ['src/store/a.ts', "import type { EmailClaim } from '../accounts/account.ts';"],
    ['src/engine/tasks/a.ts', "import { step } from '../steps/step.ts'; import type { Task } from '../task.ts';"],
    [
      'src/http/a.ts',
      "import { Hono } from 'hono'; import { Engine } from '../engine/engine.ts'; import { W } from '../../machines/workflow.ts';",
    ],
    ['src/http/pages/a.ts', "import { Problem } from '../problems/problem.ts'; import { addressOf } from '../addresses.ts';"],
    ['src/http/app.ts', "import { Problem } from './problems/problem.ts'; import { listen } from './listener.ts';"],
    ['src/store/a.ts', "import { sql } from 'kysely'; import { b } from './b.ts';"],
    ['src/service/a.ts', "import { readMachine } from '../diagrams/machine-reader.ts';"],
    ['src/diagrams/layout.ts', "import elk from 'elkjs/lib/elk.bundled.js'; import { drawSvg } from './svg.ts';"],
    ['src/tools/a.ts', "import { generate } from '../diagrams/artefacts.ts'; import { codes } from '../modules/codes/codes.ts';"],
    [
      'src/modules/codes/a.ts',
      "import { a } from '../../../machines/email-verification-interface.ts'; import { Store } from '../../store/store.ts';",
    ],
    ['test/a.test.ts', "import { Pool } from 'pg'; import { Store } from '../src/store/store.ts';"],
  ])('are accepted: %s %s', (path, text) => {
    expect(importViolations(planted({ ...workflowsPlanted, [path]: text }))).toEqual([]);
  });

  test('of types close a cycle too', () => {
    const cycle = planted({
      'src/http/a.ts': "import { b } from './b.ts';",
      'src/http/b.ts': "import { c } from './c.ts';",
      'src/http/c.ts': "import type { B } from './b.ts';",
    });
    expect(importCycles(cycle)).toEqual(['import cycle: src/http/b.ts → src/http/c.ts → src/http/b.ts']);
  });
});

describe('machines', () => {
  test('are pure', () => {
    expect(sources.flatMap(impurities)).toEqual([]);
  });

  test.each([
    'const at = Date.now();',
    'const at: Date = start;',
    'const n = Math.random();',
    "const n = Math['random']();",
    'const at = performance.now();',
    'const debug = process.env.DEBUG;',
    'const id = crypto.randomUUID();',
    "const answer = fetch('https://example.com');",
    'const timer = setTimeout(f, 1);',
    'const timer = globalThis.setInterval(f, 1);',
    'const timers = { setTimeout };',
    'type Answer = Promise<string>;',
    'async function f() {}',
    'const f = async () => {};',
    'const o = { async f() {} };',
    "const m = import('./workflow.ts');",
    "import { fromPromise } from 'xstate';",
    "import { fromPromise as work } from 'xstate';",
    "import * as x from 'xstate'; const logic = x.fromCallback(f);",
    'const logic = fromObservable(f);',
  ])('are refused: %s', (text) => {
    expect(impurities(parseFile({ path: 'machines/a.ts', text }))).not.toEqual([]);
  });

  test('may use the same words as names', () => {
    expect(
      impurities(
        parseFile({ path: 'machines/a.ts', text: 'const view = { Date: 1, process: 2 }; const n = view.process; type V = { crypto: 1 };' }),
      ),
    ).toEqual([]);
  });
});

interface Rule {
  readonly rule: string;
  readonly violations: (files: readonly ParsedFile[]) => Violation[];
  readonly refused: readonly (readonly [path: string, text: string])[];
  readonly taken: readonly (readonly [path: string, text: string])[];
}

const rules: readonly Rule[] = [
  {
    rule: 'the clock is the database’s',
    violations: localClockReaders,
    refused: [
      ['src/engine/a.ts', 'const at = Date.now();'],
      ['src/engine/a.ts', 'const at = new Date();'],
      ['src/http/a.ts', 'const at = performance.now();'],
      ['src/http/a.ts', 'const at = globalThis.performance.now();'],
      ['src/http/a.ts', 'const at = process.hrtime.bigint();'],
      ['src/http/a.ts', 'const { now } = Date;'],
      ['src/service/a.ts', 'const clock = { now: Date.now };'],
      ['src/engine/database-clock.ts', '// no longer needs its exception'],
    ],
    taken: [
      ['src/engine/a.ts', 'const text = new Date(at).toISOString(); setTimeout(f, 1000);'],
      ['src/engine/database-clock.ts', 'const at = performance.now();'],
      ['src/store/a.ts', 'const at = Date.now();'],
      ['test/a.test.ts', 'const at = Date.now();'],
    ],
  },
  {
    rule: 'only processes read the environment',
    violations: (files) => files.flatMap(environmentReads),
    refused: [
      ['src/config/a.ts', 'const port = process.env.PORT;'],
      ['src/http/a.ts', "const port = process['env'];"],
      ['src/http/a.ts', 'const port = globalThis.process?.env;'],
      ['src/http/a.ts', 'const { env } = process;'],
      ['src/http/a.ts', "import { env } from 'node:process';"],
      ['src/http/a.ts', 'const port = import.meta.env;'],
    ],
    taken: [
      ['src/main.ts', 'start(process.env);'],
      ['src/command.ts', 'start(process.env);'],
      ['src/store/a.ts', 'const id = process.pid;'],
      ['test/a.test.ts', 'const url = process.env.DATABASE_URL;'],
    ],
  },
  {
    rule: 'answers have the type of their schema',
    violations: (files) => files.flatMap(untypedAnswers),
    refused: [['src/http/a.ts', 'c.json({ id });']],
    taken: [['src/http/a.ts', 'c.json<Static<typeof Answer>>({ id });']],
  },
  {
    rule: 'nothing overrules the compiler',
    violations: forcedCasts,
    refused: [
      ['src/http/a.ts', 'const session = body as unknown as Session;'],
      ['src/http/a.ts', 'const session = (body as unknown) as Session;'],
      ['src/http/a.ts', 'take(body as never);'],
      ['machines/a.ts', 'take(<never>body);'],
      ['src/engine/machines/xstate-transition.ts', '// no longer needs its exception'],
    ],
    taken: [
      ['src/http/a.ts', 'const channels = ["sms", "voice"] as const; const body = text as unknown; function f(): never { throw 1; }'],
      ['src/engine/machines/xstate-transition.ts', 'const refusal = params as unknown as Refusal;'],
      ['test/a.test.ts', 'take(body as never);'],
    ],
  },
  {
    rule: 'no folder of src/ mentions a workflow',
    violations: (files) => workflowMentions([...planted(workflowsPlanted), ...files]),
    refused: [
      ['src/engine/a.ts', "if (name === 'email-verification') f();"],
      ['src/http/a.ts', `const path = \`/v1/email-verifications/\${id}\`;`],
    ],
    taken: [
      ['src/http/a.ts', '/* email-verification */ const path = collection;'],
      ['src/main.ts', "write('/v1/email-verifications');"],
      ['test/a.test.ts', "post('/v1/email-verifications');"],
    ],
  },
  {
    rule: 'addresses of the service keep its prefix',
    violations: rootedAddresses,
    refused: [
      ['src/http/a.ts', 'const link = html`<a href="/docs">API</a>`;'],
      ['src/http/a.ts', 'const script = raw(\'<script src="/assets/a.js"></script>\');'],
      ['src/http/a.ts', `const event = { href: \`/v1/\${collection}\` };`],
      ['src/http/a.ts', `c.header('Location', \`/v1/\${id}\`);`],
      ['src/http/a.ts', "c.redirect('/docs');"],
      ['src/web/play/a.js', "import { html } from '/assets/vendor/lit-html.js';"],
      ['src/web/play/a.js', "const answer = await fetch('/readyz');"],
      ['src/diagrams/a.ts', `element('a', { href: \`/diagrams?workflow=\${name}\` });`],
      ['src/diagrams/svg.ts', '// no longer needs its exception'],
    ],
    taken: [
      ['src/http/a.ts', "app.get('/docs', page); const link = { href: addressOf('/docs') };"],
      ['src/http/a.ts', `const link = html\`<a href="\${addressOf('/docs')}">API</a>\`;`],
      ['src/web/play/a.js', "import { html } from '../vendor/lit-html.js'; await this.fetch(addressOf('/readyz'));"],
      ['test/a.test.ts', "fetch('/readyz');"],
    ],
  },
  {
    rule: 'files are named after what is in them',
    violations: (files) => badNames(files.map(({ path }) => path)),
    refused: ['src/http/index.ts', 'src/types.ts', 'test/helpers.ts', 'src/store/store-utils.ts', 'src/engine/session-manager.ts'].map(
      (path) => [path, ''],
    ),
    taken: ['src/http/app.ts', 'src/engine/session.ts', 'machines/fields.ts'].map((path) => [path, '']),
  },
];

describe.each(rules)('$rule', ({ violations, refused, taken }) => {
  test('everywhere', () => {
    expect(violations(sources)).toEqual([]);
  });

  test.each(refused)('refused: %s %s', (path, text) => {
    expect(violations(plant(path, text))).toEqual([expect.stringContaining(path)]);
  });

  test.each(taken)('accepted: %s %s', (path, text) => {
    expect(violations(plant(path, text))).toEqual([]);
  });
});

describe('files', () => {
  test('are short', () => {
    expect(longFiles(sources)).toEqual([]);
  });

  test('of 301 lines are refused, of 300 accepted', () => {
    expect(longFiles([{ path: 'src/a.ts', text: '// line\n'.repeat(301) }])).toEqual([expect.stringContaining('src/a.ts has 301 lines')]);
    expect(longFiles([{ path: 'src/a.ts', text: '// line\n'.repeat(300) }])).toEqual([]);
  });
});

describe('the top of the repository', () => {
  test('holds project files and folders only', () => {
    expect(strangersAtTheTop(tracked())).toEqual([]);
  });

  test('refuses unknown files', () => {
    expect(strangersAtTheTop(['src/main.ts', 'package.json', 'scripts/build.ts', 'notes.md', 'test/a.ts', 'test/lint/a.ts'])).toEqual([
      'scripts does not belong at the top of the repository',
      'notes.md does not belong at the top of the repository',
      'test/a.ts does not belong at the top of test/',
    ]);
  });
});

test('addresses in the scripts of pages keep the prefix', () => {
  expect(pageScripts.length).toBeGreaterThan(20);
  expect(rootedAddresses(pageScripts)).toEqual([]);
});
