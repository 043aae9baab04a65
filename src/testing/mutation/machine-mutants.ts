/**
 * Mutants of a machine, made from its configuration: a transition dropped or redirected, a guard removed or negated, an action dropped or
 * doubled, a refusal dropped, renamed or without its time, another initial state, another delay, a task dropped. Also from the policy: each
 * figure a little larger and a little smaller.
 */
import { type AnyStateMachine, createMachine, not } from 'xstate';
import type { Figures } from '../../../machines/figures.ts';
import type { Workflow, WorkflowDefinition } from '../../../machines/workflow.ts';

/** A broken version of a workflow. */
export interface MachineMutant {
  /** The broken part and its place, after the workflow's name. */
  readonly name: string;
  readonly workflow: Workflow;
}

/** The parts of a configuration's node that mutants change. */
interface Node {
  id?: string;
  initial?: string;
  entry?: unknown;
  exit?: unknown;
  on?: Record<string, unknown>;
  after?: Record<string, unknown>;
  invoke?: Record<string, unknown>;
  states?: Record<string, Node>;
  type?: string;
}

interface Branch {
  target?: string;
  guard?: unknown;
  actions?: unknown;
}

/** One change of a configuration, made on its own copy. */
interface Change {
  readonly name: string;
  readonly make: (root: Node) => void;
}

/** XState's id of a machine without one. */
const namelessId = '(machine)';

/** Eventless transitions of a broken machine can follow one another without an end. */
const maxIterations = 1_000;

export function machineMutants(definition: Pick<WorkflowDefinition, 'of'>, figures: Figures): MachineMutant[] {
  const { policy, read } = watched(figures);
  const workflow = definition.of(policy);
  const mutant = (name: string, broken: Workflow): MachineMutant => ({ name: `${workflow.name}: ${name}`, workflow: broken });
  const config = workflow.machine.config as unknown as Node;
  const structural = changesOf(config).map(({ name, make }) => {
    const copy = copied(config);
    make(copy);
    const machine = createMachine(
      { ...copy, options: { maxIterations } } as never,
      workflow.machine.implementations as never,
    ) as AnyStateMachine;
    return mutant(name, { ...workflow, machine });
  });
  const otherFigures = [...read].flatMap((name) => {
    const figure = Number(figures[name]);
    const [unit, said] = name.endsWith('Ms') ? [1000, 'a second'] : [1, 'one'];
    return [unit, -unit].map((by) =>
      mutant(`${name} ${said} ${by > 0 ? 'more' : 'less'}`, definition.of({ ...figures, [name]: figure + by })),
    );
  });
  return [...structural, ...otherFigures];
}

/** A policy that records the figures that a machine reads: the others belong to the service, and no test of machines sees them. */
function watched(all: Figures): { policy: Figures; read: ReadonlySet<string> } {
  const read = new Set<string>();
  const noting = new Proxy(all, {
    get: (figures, name) => {
      if (typeof name === 'string' && Object.hasOwn(figures, name)) read.add(name);
      return figures[String(name)];
    },
  });
  return { policy: noting, read };
}

/** A deep copy that shares only functions. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)])) as T;
}

function changesOf(root: Node): Change[] {
  return pathsOf(root).flatMap((path) => nodeChanges(root, path));
}

function pathsOf(node: Node, path: readonly string[] = []): (readonly string[])[] {
  return [path, ...Object.entries(node.states ?? {}).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function nodeAt(root: Node, path: readonly string[]): Node {
  return path.reduce((node, key) => node.states?.[key] ?? {}, root);
}

function nodeChanges(root: Node, path: readonly string[]): Change[] {
  const node = nodeAt(root, path);
  const place = path.join('.') || 'any state';
  const changes: Change[] = [];
  for (const when of ['entry', 'exit'] as const) {
    for (const [index, action] of listed(node[when]).entries()) {
      const change = (make: (list: unknown[]) => void) => (copy: Node) => {
        const list = listed(nodeAt(copy, path)[when]);
        make(list);
        nodeAt(copy, path)[when] = list;
      };
      changes.push({ name: `${place}: ${when} ${nameOf(action)} dropped`, make: change((list) => list.splice(index, 1)) });
      changes.push({ name: `${place}: ${when} ${nameOf(action)} twice`, make: change((list) => list.splice(index, 0, action)) });
    }
  }
  for (const initial of Object.keys(node.states ?? {})) {
    if (initial === node.initial) continue;
    changes.push({
      name: `${place}: begins in ${initial}`,
      make: (copy) => {
        nodeAt(copy, path).initial = initial;
      },
    });
  }
  if (node.type === 'final') {
    changes.push({
      name: `${place}: is no end`,
      make: (copy) => {
        delete nodeAt(copy, path).type;
      },
    });
  }
  if (node.invoke) {
    changes.push({
      name: `${place}: task dropped`,
      make: (copy) => {
        delete nodeAt(copy, path).invoke;
      },
    });
  }
  return [...changes, ...eventChanges(root, path, place)];
}

/** The transitions of a node, by place. */
const holders = ['on', 'after', 'invoke'] as const;

function eventChanges(root: Node, path: readonly string[], place: string): Change[] {
  const node = nodeAt(root, path);
  return holders.flatMap((holder) => {
    const types = Object.keys(node[holder] ?? {}).filter((type) => holder !== 'invoke' || /^on(Done|Error)$/.test(type));
    return types.flatMap((type) => [
      ...branchesOf(node[holder]?.[type]).flatMap((_, index) => branchChanges(root, { path, holder, type, index }, place)),
      ...(holder === 'after' ? delayChanges(root, path, type, place) : []),
    ]);
  });
}

/** A timer set with another of the machine's delays. */
function delayChanges(root: Node, path: readonly string[], delay: string, place: string): Change[] {
  const others = new Set(pathsOf(root).flatMap((each) => Object.keys(nodeAt(root, each).after ?? {})));
  others.delete(delay);
  return [...others].map((other) => ({
    name: `${place}: after ${other} instead of ${delay}`,
    make: (copy: Node) => {
      const after = nodeAt(copy, path).after ?? {};
      after[other] = after[delay];
      delete after[delay];
    },
  }));
}

interface Place {
  readonly path: readonly string[];
  readonly holder: (typeof holders)[number];
  readonly type: string;
  readonly index: number;
}

function branchChanges(root: Node, at: Place, place: string): Change[] {
  const branch = branchesOf(nodeAt(root, at.path)[at.holder]?.[at.type])[at.index] ?? {};
  const name = `${place}: ${at.type} ${at.index}`;
  const change = (what: string, make: (branches: Branch[]) => void): Change => ({
    name: `${name} ${what}`,
    make: (copy) => {
      const held = nodeAt(copy, at.path)[at.holder] as Record<string, unknown>;
      const branches = branchesOf(held[at.type]);
      make(branches);
      held[at.type] = branches;
    },
  });
  const edit = (what: string, make: (branch: Branch) => void) => change(what, (branches) => make(branches[at.index] as Branch));
  return [
    change('dropped', (branches) => branches.splice(at.index, 1)),
    ...(branch.guard === undefined ? [] : guardChanges(branch.guard, edit)),
    ...(branch.target === undefined ? [] : targetChanges(root, branch.target, edit)),
    ...listed(branch.actions).flatMap((action, index) => actionChanges(action, index, edit)),
  ];
}

type Edit = (what: string, make: (branch: Branch) => void) => Change;

function guardChanges(guard: unknown, edit: Edit): Change[] {
  return [
    edit('without its guard', (branch) => {
      delete branch.guard;
    }),
    edit('with its guard negated', (branch) => {
      branch.guard = not(guard as never);
    }),
  ];
}

/** Every other top-level state, and no target. */
function targetChanges(root: Node, target: string, edit: Edit): Change[] {
  const present = target.replace(/^[#.]/, '');
  const others = Object.entries(root.states ?? {}).filter(([key, { id }]) => key !== present && id !== present);
  return [
    ...others.map(([key, { id }]) =>
      edit(`led to ${key}`, (branch) => {
        branch.target = `#${id ?? `${root.id ?? namelessId}.${key}`}`;
      }),
    ),
    edit('led nowhere', (branch) => {
      delete branch.target;
    }),
  ];
}

function actionChanges(action: unknown, index: number, edit: Edit): Change[] {
  const inList = (make: (list: unknown[]) => void) => (branch: Branch) => {
    const list = listed(branch.actions);
    make(list);
    branch.actions = list;
  };
  const dropped = edit(
    `without ${nameOf(action)}`,
    inList((list) => list.splice(index, 1)),
  );
  const { type, params } = action as { type?: string; params?: { code: string; until?: string } };
  if (type !== 'refuse' || !params)
    return [
      dropped,
      edit(
        `with ${nameOf(action)} twice`,
        inList((list) => list.splice(index, 0, action)),
      ),
    ];
  const { until, ...rest } = params;
  const renamed = params.code === 'code-limit' ? 'send-limit' : 'code-limit';
  return [
    dropped,
    edit(
      `refused as ${renamed}`,
      inList((list) => list.splice(index, 1, { type, params: { ...params, code: renamed } })),
    ),
    ...(until === undefined
      ? []
      : [
          edit(
            'refused without a time',
            inList((list) => list.splice(index, 1, { type, params: rest })),
          ),
        ]),
  ];
}

function branchesOf(held: unknown): Branch[] {
  return listed(held).map((each) => (typeof each === 'string' ? { target: each } : (each as Branch)));
}

function listed(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? [...value] : [value];
}

function nameOf(action: unknown): string {
  return typeof action === 'string' ? action : String((action as { type?: string }).type);
}
