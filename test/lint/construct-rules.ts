/** Constructs that code must not use, by folder. */
import { type Expression, type Node, type Span, type TSType, Visitor, type VisitorObject } from 'oxc-parser';
import { workflowFiles } from './import-rules.ts';
import { type ParsedFile, type Violation, violation } from './parsed-file.ts';

/** A machine is a value: it reads no clock, draws no random number, does no I/O, and never waits. */
const impureGlobals = new Set(
  'Date performance process crypto fetch setTimeout setInterval setImmediate queueMicrotask Promise console globalThis Worker XMLHttpRequest WebSocket'.split(
    ' ',
  ),
);
const impureLogic = new Set(['fromPromise', 'fromObservable', 'fromEventObservable', 'fromCallback']);

/** The product's clock is the database's. Each file that may read this machine's own, with its reason. */
const readersOfTheLocalClock: Readonly<Record<string, string>> = {
  'src/testing/drive/settled-answer.ts': 'bounds the real time that a test waits',
  'src/testing/model-checks.ts': 'makes the addresses of one run different from those of another',
  'src/testing/run-model-tests.ts': 'shows how long a check took',
  'src/engine/database-clock.ts': 'keeps the offset of the local clock to that of the database',
  'src/linking/link-providers.ts': 'tells the OpenID library, which reads the local clock, the offset to the database’s',
  'src/engine/batcher.ts': 'bounds how long a question waits',
  'src/http/app.ts': 'measures how long a request took',
};

/** The only files in machines/ and src/ that may override the compiler, with their reasons. */
const casters: Readonly<Record<string, string>> = {
  'machines/code-entry.ts': 'gives a set-up of XState the wider types of each machine that it is a part of',
  'machines/define-workflow.ts': 'drops the static types of a machine, because sessions are read from a database',
  'src/testing/mutation/machine-mutants.ts': 'changes configurations of machines, whose types describe them unchanged',
  'src/engine/machines/xstate-transition.ts': "meets XState's untyped internal actions",
};

/** Answers that are not described by schemas of this service, with their reasons. */
const untypedAnswerers: Readonly<Record<string, string>> = {
  'src/http/sandbox/sandbox-openid.ts': 'has the metadata, tokens and errors of the OpenID standards',
};

/** @returns the dotted name of an expression: `performance.now` for `globalThis.performance.now`; null if it has none */
function nameOf(expression: Expression | Node): string | null {
  if (expression.type === 'ChainExpression') return nameOf(expression.expression);
  if (expression.type === 'Identifier') return expression.name;
  if (expression.type !== 'MemberExpression') return null;
  const object = nameOf(expression.object);
  const property = propertyOf(expression);
  if (object === null || property === null) return null;
  return object === 'globalThis' ? property : `${object}.${property}`;
}

function propertyOf({ computed, property }: { computed: boolean; property: Node }): string | null {
  if (!computed) return property.type === 'Identifier' ? property.name : null;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : null;
}

export type Report = (node: Span, what: string) => void;

export function inspect(file: ParsedFile, rules: (report: Report) => VisitorObject): Violation[] {
  const found = new Set<Violation>();
  new Visitor(rules((node, what) => found.add(violation(file, node.start, what)))).visit(file.program);
  return [...found];
}

/** machines/: no clock, no randomness, no I/O, no waiting. */
export function impurities(file: ParsedFile): Violation[] {
  if (!file.path.startsWith('machines/')) return [];
  return inspect(file, (report) => {
    // Names that are not references: `{ Date: 1 }`, `view.Date`. Parents are visited before their children.
    const labels = new Set<Node>();
    const label = ({ computed, shorthand = false, key }: { computed: boolean; shorthand?: boolean; key: Node }): void => {
      if (!computed && !shorthand) labels.add(key);
    };
    const waits = (node: Span): void => report(node, 'waits: a machine is synchronous');
    const asynchronous = (node: Span & { async: boolean }): void => {
      if (node.async) waits(node);
    };
    return {
      Property: label,
      TSPropertySignature: label,
      MemberExpression(node) {
        if (!node.computed) labels.add(node.property);
        if (nameOf(node) === 'Math.random') report(node, 'uses Math.random: a machine is deterministic');
        const property = propertyOf(node);
        if (property !== null && impureLogic.has(property)) report(node, `uses ${property}: work outside is a task()`);
      },
      Identifier(node) {
        if (impureLogic.has(node.name)) report(node, `uses ${node.name}: work outside is a task()`);
        if (impureGlobals.has(node.name) && !labels.has(node)) report(node, `uses ${node.name}: a machine is pure`);
      },
      FunctionDeclaration: asynchronous,
      FunctionExpression: asynchronous,
      ArrowFunctionExpression: asynchronous,
      AwaitExpression: waits,
      ImportExpression: waits,
      ForOfStatement(node) {
        if (node.await) waits(node);
      },
    };
  });
}

const localClocks = new Set([
  'Date.now',
  'performance.now',
  'performance.timeOrigin',
  'process.hrtime',
  'process.hrtime.bigint',
  'process.uptime',
]);

function readsOfTheLocalClock(file: ParsedFile): Violation[] {
  const what = 'reads the local clock: time comes from the engine, whose clock is the database’s';
  return inspect(file, (report) => ({
    MemberExpression(node) {
      if (localClocks.has(nameOf(node) ?? '')) report(node, what);
    },
    NewExpression(node) {
      if (nameOf(node.callee) === 'Date' && node.arguments.length === 0) report(node, what);
    },
    CallExpression(node) {
      if (nameOf(node.callee) === 'Date') report(node, what);
    },
    VariableDeclarator(node) {
      if (node.init && node.id.type === 'ObjectPattern' && ['Date', 'performance'].includes(nameOf(node.init) ?? '')) report(node, what);
    },
    ImportDeclaration(node) {
      if (node.source.value === 'node:perf_hooks') report(node, what);
    },
  }));
}

function overrulesOfTheCompiler(file: ParsedFile): Violation[] {
  const cast = (report: Report) => (node: Span & { expression: Node; typeAnnotation: TSType }) => {
    const { expression, typeAnnotation } = node;
    const fromUnknown = expression.type === 'TSAsExpression' && expression.typeAnnotation.type === 'TSUnknownKeyword';
    if (fromUnknown || typeAnnotation.type === 'TSNeverKeyword') report(node, 'overrules the compiler: say it in types, or parse');
  };
  return inspect(file, (report) => ({ TSAsExpression: cast(report), TSTypeAssertion: cast(report) }));
}

/**
 * Applies the rule to every file except the listed ones. A listed file that no longer needs its exception is reported, so that the list
 * stays true.
 */
export function unless(
  exceptions: Readonly<Record<string, string>>,
  files: readonly ParsedFile[],
  rule: (file: ParsedFile) => Violation[],
): Violation[] {
  return files.flatMap((file) => {
    const reason = exceptions[file.path];
    if (reason === undefined) return rule(file);
    return rule(file).length > 0 ? [] : [`${file.path} needs no exception any more: take it off the list (${reason})`];
  });
}

/** Everywhere except in src/store, which reads the database's clock, and in tests, which wait for real events. */
export function localClockReaders(files: readonly ParsedFile[]): Violation[] {
  const bound = files.filter(({ path }) => /^(machines|src)\//.test(path) && !path.startsWith('src/store/'));
  return unless(readersOfTheLocalClock, bound, readsOfTheLocalClock);
}

/** Everywhere except in tests, which must be able to pass wrong types. */
export function forcedCasts(files: readonly ParsedFile[]): Violation[] {
  const bound = files.filter(({ path }) => /^(machines|src)\//.test(path));
  return unless(casters, bound, overrulesOfTheCompiler);
}

/** The files that run as processes. */
const processes = ['src/main.ts', 'src/command.ts'];

/** Runs in the process of an author's test runner, which hands nothing on. */
const readersOfTheEnvironment = [...processes, 'src/testing/model-tests.ts'];

/** Only processes and tests. */
export function environmentReads(file: ParsedFile): Violation[] {
  if (readersOfTheEnvironment.includes(file.path) || !/^(machines|src)\//.test(file.path)) return [];
  const what = 'reads the environment: only src/main.ts and src/command.ts do, and hand on what others need';
  return inspect(file, (report) => ({
    MemberExpression(node) {
      if (nameOf(node) === 'process.env' || (propertyOf(node) === 'env' && node.object.type === 'MetaProperty')) report(node, what);
    },
    VariableDeclarator(node) {
      if (node.init && node.id.type === 'ObjectPattern' && nameOf(node.init) === 'process') report(node, what);
    },
    ImportDeclaration(node) {
      if (/^(node:)?process$/.test(node.source.value)) report(node, what);
    },
  }));
}

/** Answers of the API name the type of their documented schema, so that the compiler compares the two. */
export function untypedAnswers(file: ParsedFile): Violation[] {
  if (!file.path.startsWith('src/http/') || file.path in untypedAnswerers) return [];
  return inspect(file, (report) => ({
    CallExpression(node) {
      if (nameOf(node.callee) === 'c.json' && !node.typeArguments)
        report(node, 'answers without the type of a schema: c.json<Static<typeof Answer>>');
    },
  }));
}

/** The participants of a test also use the built-in workflows that another workflow composes: an owner logs in, a child is verified. */
const knowBuiltIn = ['src/modules/', 'src/testing/participants/'];

/** Only the module of a workflow names it. */
export function workflowMentions(files: readonly ParsedFile[]): Violation[] {
  const names = workflowFiles(files).map((path) => path.replace(/^machines\/|(-interface)?\.ts$/g, ''));
  const mentioned = (text: unknown) =>
    typeof text === 'string' ? names.find((name) => text === name || text.startsWith(`/v1/${name}`)) : undefined;
  return files
    .filter(({ path }) => /^src\/[^/]+\//.test(path) && !knowBuiltIn.some((folder) => path.startsWith(folder)))
    .flatMap((file) =>
      inspect(file, (report) => {
        const check = (node: Span, text: unknown): void => {
          const name = mentioned(text);
          if (name !== undefined) report(node, `mentions the workflow ${name}: everything about it follows from its machine`);
        };
        return { Literal: (node) => check(node, node.value), TemplateElement: (node) => check(node, node.value.raw) };
      }),
    );
}
