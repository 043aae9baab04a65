/** The names that modules define and workflows use. The types carry them, so that the compiler finds a misspelt one. */
import type { AnyStateMachine, StateMachine } from 'xstate';
import type { OwnSourceOf, SourceOf } from './machine-types.ts';

/** The parameters of the `refuse` action: the reason, and the delay after which the same event would not be refused for this reason. */
export interface Refusal<Code extends string = string, Delay extends string = string> {
  /** One of the refusals of the service's modules. Each is also a problem type of the HTTP interface. */
  readonly code: Code;
  readonly until?: Delay;
}

/** Names by sort. `string` stands for names that the types do not carry: the start of the service checks these. */
export interface Names {
  readonly workflow: string;
  readonly refusal: string;
  readonly notice: string;
  readonly detail: string;
  readonly claim: string;
  readonly figure: string;
  readonly resolver: string;
  readonly task: string;
  readonly channel: string;
  readonly provider: string;
}

/** The names that a workflow uses: its own, those of its children, and those of modules. */
export interface Uses extends Omit<Names, 'provider'> {
  readonly child: string;
  /** The names of its data, which are its own. */
  readonly kept: string;
}

/** Texts by known names; by any name if the types carry none. */
export type TextsBy<Name extends string> = string extends Name ? Readonly<Record<string, string>> : { readonly [Known in Name]?: string };

/** The names that a module knows: its own, and those of the modules it needs. */
export interface Vocabulary<Known extends Names = Names> {
  /** The action `refuse` of a machine: refuses the event with a known refusal. */
  refuse(machine: unknown, refusal: Refusal<Known['refusal']>): void;
  /** The action `sendMessage` of a machine: sends a notice to the address in a personal detail, `email` unless said otherwise. */
  sendMessage(
    machine: unknown,
    message: Detached<{ readonly notice: Known['notice']; readonly to?: Known['detail']; readonly channel?: Known['channel'] }>,
  ): void;
  /** Binds the vocabulary to its names; never set. */
  readonly names?: Known;
}

declare const mark: unique symbol;

/** Marks the parameters of a detached task's action; never set. */
interface Mark {
  readonly [mark]?: never;
}

/** The parameters of a detached task. */
export type Detached<Params> = Params & Mark;

/**
 * An action that is a detached task: the service runs it outside, and the machine does not wait for it.
 * @template Params the parameters of the action, which are the input of the task
 */
export function detached<Params = undefined>(): (
  machine: unknown,
  params: undefined extends Params ? Mark | undefined : Detached<Params>,
) => void {
  return () => {};
}

type ActionOf<Machine extends AnyStateMachine> =
  Machine extends StateMachine<
    infer _Context,
    infer _Event,
    infer _Children,
    infer _Actor,
    infer Action,
    infer _Guard,
    infer _Delay,
    infer _Value,
    infer _Tag,
    infer _Input,
    infer _Output,
    infer _Emitted,
    infer _Meta,
    infer _Schema,
    infer _TransitionMeta
  >
    ? Action
    : never;

type ParamsOf<Action> = Action extends { params: infer Params } ? NonNullable<Params> : never;

type DetachedIn<Action> = Action extends { type: infer Type extends string; params: infer Params }
  ? string extends keyof NonNullable<Params>
    ? never
    : typeof mark extends keyof NonNullable<Params>
      ? Type
      : never
  : never;

/** A member of the parameters, if it is a text. */
type TextIn<Params, Member extends string> = Params extends { readonly [Name in Member]?: infer Text }
  ? Member extends keyof Params
    ? Extract<Text, string>
    : never
  : never;

/** The refusals in the types of a machine's actions. */
export type RefusalsOf<Machine extends AnyStateMachine> = TextIn<ParamsOf<Extract<ActionOf<Machine>, { type: 'refuse' }>>, 'code'>;

/** The notices in the types of a machine's actions. */
export type NoticesOf<Machine extends AnyStateMachine> = TextIn<ParamsOf<ActionOf<Machine>>, 'notice'>;

/** The names of the personal details that contain the recipients of messages. */
export type AddressesOf<Machine extends AnyStateMachine> = OfMessages<Machine, 'to'>;

/** The channels that the actions for messages name. */
export type ChannelsOf<Machine extends AnyStateMachine> = OfMessages<Machine, 'channel'>;

type OfMessages<Machine extends AnyStateMachine, Member extends string> =
  ParamsOf<ActionOf<Machine>> extends infer Params ? (Params extends { readonly notice: unknown } ? TextIn<Params, Member> : never) : never;

/** The tasks that a module must bring: those that a machine invokes, except children and tasks with their own work, and its detached ones. */
export type TasksOf<Machine extends AnyStateMachine, Child extends string> =
  | Exclude<SourceOf<Machine>, Child | OwnSourceOf<Machine>>
  | DetachedIn<ActionOf<Machine>>;
