/** The types of a machine's set-up, with which `defineWorkflow` checks the rest of a workflow. */
import type { AnyStateMachine, OutputFrom, StateMachine } from 'xstate';

interface MachineTypes<Context, Event, Actor, Delay, State, Input> {
  readonly context: Context;
  readonly event: Event;
  readonly actor: Actor;
  readonly delay: Delay;
  readonly state: State;
  readonly input: Input;
}

type TypesOf<Machine extends AnyStateMachine> =
  Machine extends StateMachine<
    infer Context,
    infer Event,
    infer _Children,
    infer Actor,
    infer _Action,
    infer _Guard,
    infer Delay,
    infer _Value,
    infer _Tag,
    infer Input,
    infer _Output,
    infer _Emitted,
    infer _StateMeta,
    infer Schema,
    infer _TransitionMeta
  >
    ? MachineTypes<Context, Event, Actor, Delay, keyof NonNullable<Schema['states']>, Input>
    : never;

/** The context, with the members of an interface written out: otherwise it would not fit a record of any names. */
export type ContextOf<Machine extends AnyStateMachine> = {
  readonly [Name in keyof TypesOf<Machine>['context']]: TypesOf<Machine>['context'][Name];
};

/** The types of events that only the engine sends to a machine, never a person or a provider. */
type OwnType = `xstate.${string}`;

/** Every event but the engine's own. */
export type OpenEventOf<Machine extends AnyStateMachine> = WithoutOwn<TypesOf<Machine>['event']>;

type WithoutOwn<Event> = Event extends { type: OwnType } ? never : Event;

/** The payload of an event of this type; the type `never` if the machine declares none. */
export type PayloadOf<Machine extends AnyStateMachine, Type extends string> = PayloadIn<TypesOf<Machine>['event'], Type>;

type PayloadIn<Event, Type extends string> = Event extends { type: infer Declared }
  ? Type extends Declared
    ? Type extends OwnType
      ? never
      : PayloadFrom<Event>
    : never
  : never;

/** An event, or each event of a union, without its type. */
export type PayloadFrom<Event> = Event extends { type: string }
  ? { readonly [Name in keyof Event as Name extends 'type' ? never : Name]: Event[Name] }
  : never;

/** The names of the delays in the machine's set-up. */
export type DelayOf<Machine extends AnyStateMachine> = TypesOf<Machine>['delay'];

/** The names of the actors in the machine's set-up. */
export type SourceOf<Machine extends AnyStateMachine> = TypesOf<Machine>['actor'] extends { src: infer Source extends string }
  ? Source
  : never;

/** The names of the actors that are tasks with their own work. */
export type OwnSourceOf<Machine extends AnyStateMachine> = OwnSourceIn<TypesOf<Machine>['actor']>;

type OwnSourceIn<Actor> = Actor extends { src: infer Source extends string; logic: { readonly own: object } } ? Source : never;

/** The outcomes of the task of this name; any text if the type of its output leaves them open. */
export type OutcomeOf<Machine extends AnyStateMachine, Source extends string> = OutcomeIn<TypesOf<Machine>['actor'], Source>;

type OutcomeIn<Actor, Source extends string> = Actor extends { src: Source; logic: infer Logic }
  ? unknown extends Logic
    ? string
    : OutcomeFrom<OutputFrom<Logic>>
  : never;

/** The outcome in the output of a task; any text where the output leaves that open. */
export type OutcomeFrom<Output> = unknown extends Output
  ? string
  : Output extends { readonly outcome: infer Outcome extends string }
    ? Outcome
    : never;

/** The names of the states at the top. */
export type StateOf<Machine extends AnyStateMachine> = TypesOf<Machine>['state'];

/** The machine's input; unknown for a machine without input. */
export type InputOf<Machine extends AnyStateMachine> = TypesOf<Machine>['input'];
