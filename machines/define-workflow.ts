/**
 * The definition of a workflow. The types of its machine check the rest of it: events with their payloads, context, delays, tasks and
 * states.
 */
import type { TObject } from '@sinclair/typebox';
import type { AnyStateMachine } from 'xstate';
import type { Figures } from './figures.ts';
import type { ContextOf, DelayOf, InputOf, OpenEventOf, OutcomeOf, PayloadOf, SourceOf, StateOf } from './machine-types.ts';
import type { AddressesOf, ChannelsOf, Names, NoticesOf, RefusalsOf, TasksOf, TextsBy, Uses, Vocabulary } from './names.ts';
import type { Party } from './parties.ts';
import type { Checked, Promises } from './promises.ts';
import { type DataBy, type DataMask, withDataResolvers } from './session-data.ts';
import type { ChildWorkflow, Migration, Payload, PublicEvent, Recognition, ViewInput, Workflow, WorkflowDefinition } from './workflow.ts';

/** A workflow that reads these figures. */
export interface DefinedWorkflow<Used extends Uses, Known> extends Omit<WorkflowDefinition<Used>, 'of'> {
  of(figures: Known): Workflow;
}

/**
 * `Value` for a name that the machine has, and `never` for any other name. If the machine's type lists no names, `Value` for every name.
 */
type Under<Name extends string, Known, Value> = string extends Name ? Value : Name extends Known ? Value : never;

/**
 * Any payload. Because of the type parameter, the compiler infers literals. Without it, the compiler widens `true` to `boolean` and rejects
 * the payload. It then also fails to infer the names that the workflow uses.
 */
type Literally<Literal extends Payload[string]> = Readonly<Record<string, Payload[string] | Literal>>;

/**
 * The masked details of a view: those of `data` if the service itself reads every body. Resolvers and modules bring further ones, whose
 * names are known only with a vocabulary.
 */
type MaskedOf<Detail extends string, Kept extends string, Resolver extends string, Body extends TObject> = [Kept] extends [never]
  ? TextsBy<Detail>
  : string extends Kept
    ? TextsBy<string>
    : DataBy<Kept, Body> & ([Resolver] extends [never] ? unknown : TextsBy<Exclude<Detail, Kept>>);

/** A workflow without its name, checked against the types of its machine and against the known names. */
export interface TypedWorkflow<
  Machine extends AnyStateMachine,
  Event extends string,
  Child extends string,
  Delay extends string,
  Source extends string,
  First extends { readonly type: string },
  Opener extends string = string,
  Reader extends string = string,
  Alias extends string = string,
  Claim extends string = string,
  Secret extends string = string,
  Detail extends string = string,
  Literal extends Payload[string] = Payload[string],
  Body extends TObject = TObject,
  Kept extends string = string,
  Role extends string = string,
  Told extends string = string,
  Addressed extends string = string,
> extends Pick<Workflow, 'collection' | 'version' | 'description'> {
  readonly machine: Machine;
  readonly migrations?: Readonly<Record<number, Migration<ContextOf<Machine>>>>;
  readonly data?: { readonly [Name in Kept]: DataMask };
  readonly start: Omit<Workflow['start'], 'body' | 'events' | 'inputs' | 'resolver'> & {
    readonly body: Body;
    readonly resolver?: Opener | null;
    readonly events: readonly (First | null)[] &
      ([First] extends [OpenEventOf<Machine>] ? unknown : readonly (OpenEventOf<Machine> | null)[]);
    readonly inputs?: readonly (Payload & InputOf<Machine>)[];
  };
  readonly events: {
    readonly [Type in Event]: [PayloadOf<Machine, Type>] extends [never]
      ? never
      : PublicEvent<PayloadOf<Machine, Type>, ContextOf<Machine>, Reader, string extends Type ? string : NoInfer<Role>> & {
          readonly payloads: readonly Literally<Literal>[];
        };
  };
  readonly parties?: Readonly<Record<Role, Party<Told, Addressed, string extends NoInfer<Role> ? string : DelayOf<Machine> & string>>>;
  readonly differ?: readonly (readonly [Addressed, Addressed])[];
  readonly children?: {
    readonly [Name in Child]: (Name extends SourceOf<Machine>
      ? ChildWorkflow<SourceOf<Machine>>
      : string extends Name
        ? ChildWorkflow
        : ChildWorkflow<SourceOf<Machine>> & { readonly as: SourceOf<Machine> }) & { readonly as?: Alias };
  };
  readonly outcomes?: {
    readonly [Name in Source]: Under<Name, SourceOf<Machine>, readonly (string extends Name ? string : OutcomeOf<Machine, Name>)[]>;
  };
  readonly secrets?: readonly Secret[];
  readonly view: {
    readonly schema: TObject;
    readonly of: (
      input: ViewInput<ContextOf<Machine>, Detail, MaskedOf<Detail, Kept, Opener | Reader, Body>, NoInfer<Role>>,
    ) => Record<string, unknown>;
  };
  readonly deadlines: { readonly [Name in Delay]: Under<Name, DelayOf<Machine>, string> };
  readonly success?: Omit<NonNullable<Workflow['success']>, 'outcome' | 'login' | 'claims'> & {
    readonly outcome: StateOf<Machine> & string;
    readonly claims: readonly Claim[];
    readonly login?: (context: ContextOf<Machine>, personal: TextsBy<string>) => Recognition;
  };
  readonly promises?: PromisesOf<Machine, NoInfer<Event | Named<First['type']>>> | Checked;
}

/** A literal name; never for any text. */
type Named<Name extends string> = string extends Name ? never : Name;

/** A state at the top, or one inside it. */
type PathIn<Machine extends AnyStateMachine> = (StateOf<Machine> & string) | `${StateOf<Machine> & string}.${string}`;

/** Promises that name events, states, delays, refusals and notices of the machine. */
type PromisesOf<Machine extends AnyStateMachine, Event extends string> = Promises<
  Event,
  PathIn<Machine>,
  `${DelayOf<Machine> & string}` | AnyIfUntyped<DelayOf<Machine>>,
  string,
  AnyIfNone<RefusalsOf<Machine>>,
  AnyIfNone<NoticesOf<Machine>>
>;

/** Any text for the type `any`, to which every type can be assigned. */
type AnyIfUntyped<Name> = 0 extends 1 & Name ? string : never;

/** The start of the service checks names that the types do not carry. */
type AnyIfNone<Name extends string> = [Name] extends [never] ? string : Name;

/** A method, so that the compiler reports the faulty member of the workflow instead of the figures. */
type Making<Known, Made> = { method(figures: Known): Made }['method'];

/** The names that a workflow uses, by its machine's types and its own members. */
export interface UsesOf<
  Name extends string,
  Machine extends AnyStateMachine,
  Child extends string,
  Alias extends string,
  Resolver extends string,
  Claim extends string,
  Detail extends string,
  Known,
  Kept extends string,
  Role extends string,
  Told extends string,
> {
  readonly workflow: Name;
  readonly child: Child;
  readonly refusal: RefusalsOf<Machine>;
  readonly notice: NoticesOf<Machine> | Told;
  readonly detail: Exclude<Detail | Exclude<AddressesOf<Machine>, Role>, Kept>;
  readonly kept: Kept;
  readonly claim: Claim;
  readonly channel: ChannelsOf<Machine>;
  readonly figure: Extract<keyof Known, string>;
  readonly resolver: Resolver;
  readonly task: TasksOf<Machine, Child | Alias>;
}

/**
 * Defines a workflow under its name. A deployment adds the figures. The types of the machine check the rest: events with their payloads,
 * context, delays, tasks and states.
 */
export function defineWorkflow<
  const Name extends string,
  Known extends Figures,
  Machine extends AnyStateMachine,
  Event extends string,
  Child extends string = never,
  Delay extends string = never,
  Source extends string = never,
  const First extends { readonly type: string } = never,
  Opener extends string = never,
  Reader extends string = never,
  Alias extends string = never,
  Claim extends string = never,
  Secret extends string = never,
  Literal extends Payload[string] = never,
  Body extends TObject = TObject,
  Kept extends string = never,
  Role extends string = never,
  Told extends string = never,
  Addressed extends string = never,
>(
  name: Name,
  of: Making<
    Known,
    TypedWorkflow<
      Machine,
      Event,
      Child,
      Delay,
      Source,
      First,
      Opener,
      Reader,
      Alias,
      Claim,
      Secret,
      string,
      Literal,
      Body,
      Kept,
      Role,
      Told,
      Addressed
    >
  >,
): DefinedWorkflow<UsesOf<Name, Machine, Child, Alias, Opener | Reader, Claim, Secret | Addressed, Known, Kept, Role, Told>, Known> {
  return definition(name, of);
}

/** Defines a workflow whose figures, claims and personal details are those of a vocabulary. */
export function defineWorkflowWith<
  const Name extends string,
  Known extends Names,
  Machine extends AnyStateMachine,
  Event extends string,
  Child extends string = never,
  Delay extends string = never,
  Source extends string = never,
  const First extends { readonly type: string } = never,
  Opener extends string = never,
  Reader extends string = never,
  Alias extends string = never,
  Claim extends Known['claim'] = never,
  Secret extends Known['detail'] | Kept = never,
  Literal extends Payload[string] = never,
  Body extends TObject = TObject,
  Kept extends string = never,
  Role extends string = never,
  Told extends Known['notice'] = never,
  Addressed extends Known['detail'] | Kept = never,
>(
  name: Name,
  _vocabulary: Vocabulary<Known>,
  of: Making<
    { readonly [Figure in Known['figure']]: number },
    TypedWorkflow<
      Machine,
      Event,
      Child,
      Delay,
      Source,
      First,
      Opener,
      Reader,
      Alias,
      Claim,
      Secret,
      Known['detail'],
      Literal,
      Body,
      Kept,
      Role,
      Told,
      Addressed
    >
  >,
): DefinedWorkflow<
  UsesOf<Name, Machine, Child, Alias, Opener | Reader, Claim, Secret | Addressed, Record<never, never>, Kept, Role, Told>,
  { readonly [Figure in Known['figure']]: number }
> {
  return definition(name, of);
}

function definition<Known>(name: string, of: (figures: Known) => object): { readonly name: string; of(figures: Known): Workflow } {
  // Sessions come from a database, so the engine reads contexts and events as plain data, without the types of their machine.
  return { name, of: (figures) => Object.freeze(withDataResolvers(name, { name, ...complete(of(figures)) } as unknown as Workflow)) };
}

const needed = ['collection', 'version', 'description', 'machine', 'start', 'events', 'view', 'deadlines'] as const;

/** The compiler sees a missing member, and a file that runs without it does not. @throws Error that names the missing members */
function complete(written: object): object {
  const missing = needed.filter((member) => !Object.hasOwn(written, member) || Reflect.get(written, member) === undefined);
  if (missing.length > 0) throw new Error(`it has no ${missing.map((member) => `'${member}'`).join(', ')}: add what is missing`);
  return written;
}
