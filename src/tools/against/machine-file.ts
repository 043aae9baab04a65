/** The `.json` of a machine, as `diagrams` writes it. */
import { type TSchema, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { MachineModel } from '../../diagrams/model.ts';

const text = Type.String();

/** The name of a workflow becomes the name of a picture and a part of an address, so a file of another team can not lead out of a folder. */
export const workflowName = Type.String({ pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 100 });

const texts = Type.Array(text);
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>(Type.String({ enum: words, pattern: `^(${words.join('|')})$` }));

const Delay = Type.Object({ name: text, ms: orNull(Type.Number()), text });

const State = Type.Object({
  path: text,
  id: text,
  key: text,
  title: text,
  description: orNull(text),
  screen: orNull(text),
  type: oneOf(['atomic', 'compound', 'parallel', 'final', 'history']),
  parent: orNull(text),
  initial: orNull(text),
  entry: texts,
  exit: texts,
  tasks: Type.Array(Type.Object({ id: text, name: text, isSession: Type.Optional(Type.Literal(true)) })),
  history: Type.Optional(Type.Object({ deep: Type.Boolean(), defaults: texts })),
});

const Transition = Type.Object({
  id: text,
  kind: oneOf(['event', 'timeout', 'done', 'failed', 'refusal', 'always']),
  source: text,
  target: orNull(text),
  furtherTargets: Type.Optional(texts),
  type: text,
  event: orNull(text),
  delay: orNull(Delay),
  task: orNull(text),
  guard: orNull(text),
  otherwise: Type.Boolean(),
  actions: texts,
  refusal: orNull(Type.Object({ code: text, until: orNull(Delay) })),
  reenter: Type.Boolean(),
  hiddenIn: texts,
});

const Model = Type.Object({
  name: workflowName,
  version: Type.Integer(),
  description: text,
  root: State,
  states: Type.Array(State),
  transitions: Type.Array(Transition),
});

/** @returns null for anything else */
export function machineIn(read: unknown): MachineModel | null {
  return Value.Check(Model, read) && isTree(read) ? read : null;
}

/** The path of a state begins with that of its parent. A state below itself would be laid out without end. */
function isTree({ root, states }: MachineModel): boolean {
  const paths = new Set([root.path, ...states.map(({ path }) => path)]);
  return (
    paths.size === states.length + 1 &&
    states.every(
      ({ path, key, parent }) => parent !== null && paths.has(parent) && path === (parent === root.path ? key : `${parent}.${key}`),
    )
  );
}
