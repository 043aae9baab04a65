/**
 * What a workflow is: a machine tied to its version, the bodies it accepts, the events it takes
 * from outside, and what the outside may see of it. Nothing here runs anything.
 */
import type { TObject } from '@sinclair/typebox';
import type { AnyStateMachine } from 'xstate';
import type { Figures } from './figures.ts';
import type { PayloadFrom } from './machine-types.ts';
import type { TextsBy, Uses } from './names.ts';
import type { Context, Migration } from './stored.ts';

export type { Refusal } from './names.ts';
export type { Context, HistoryValue, Migration, PendingTask, StateValue, Stored, Timer } from './stored.ts';
export { isTask, type TaskDone, type TaskFailed, type TaskLogic, task } from './task.ts';

/**
 * The sender of a public event, in every workflow. `holder`: the bearer of the session's token. `owner`: a login to the account the
 * session is about. `agent`: an admin's key with a name; if the session names its agent, that agent alone. `provider`: a
 * deliverer of messages or a provider of linked accounts, at addresses of their own; such an event has no public route.
 */
export type Sender = 'holder' | 'owner' | 'agent' | 'provider';

/** The finite payload of a machine event, without its type. */
export type Payload = Readonly<Record<string, string | number | boolean>>;

/** An event of any machine, as the engine passes it on. A machine declares a union of its own events. */
export interface MachineEvent {
  type: string;
  [key: string]: string | number | boolean;
}

/** An event that arrives over HTTP. Its name there is the machine event's, in kebab-case. */
export interface PublicEvent<Of = Payload, In = Context, Reader extends string = string> {
  /** One sentence for the API reference. */
  readonly description: string;
  /** What the body must look like. */
  readonly body: TObject;
  /** The resolver that turns the body into the machine event's payload; null where there is nothing to resolve. */
  readonly resolver: Reader | null;
  readonly sender: Sender;
  /** If true, an owner who sends the event needs a recent second factor. */
  readonly secondFactor?: true;
  /**
   * Every payload that the resolver may produce; of a range in which all are alike to the machine, its ends. Graph exploration
   * and the list of accepted events rest on it.
   */
  readonly payloads: readonly Of[];
  /** Whether the resolver can produce a payload in a session that remembers this; always, where nothing else is said. */
  readonly possible?: (payload: Of, context: In) => boolean;
}

/** Public events of a union of events, by their type. */
export type PublicEventsOf<Event extends { type: string }> = {
  readonly [Type in Event['type']]?: PublicEvent<PayloadFrom<Extract<Event, { type: Type }>>>;
};

/** What a state tells a designer: the screen it stands for. The description is the state's own `description`. */
export interface StateMeta {
  readonly screen: string;
}

/** How a message reaches a person: `email`, `sms`, `voice`, or a channel that another module brings. */
export type Channel = string;

/** What the public view is computed from: the machine's context and the personal details, already masked. */
export interface ViewInput<Of = Context, Detail extends string = string> {
  readonly context: Of;
  readonly masked: TextsBy<Detail>;
}

export interface Workflow {
  /** Public name, kebab-case, for ever. */
  readonly name: string;
  /** The plural under /v1. */
  readonly collection: string;
  /** Raised with every change of the machine's structure; sessions keep the version they started with. */
  readonly version: number;
  readonly description: string;
  readonly machine: AnyStateMachine;
  /** How sessions of older versions, which are not registered any more, become sessions of this one; by the older version. */
  readonly migrations?: Readonly<Record<number, Migration>>;
  /** The body that starts a session, and the resolver that makes the private part of it. */
  readonly start: {
    /**
     * Who may start one: anybody, or whoever has a client's key where there are such; of these only the owner of an account, who
     * shows a login's token; or an agent, and then there is no session token: the agent and the owner of the account are known by
     * their own, and each event says which of them may send it.
     */
    readonly by?: 'owner' | 'agent';
    readonly body: TObject;
    /** The resolver that reads the body; null where the body says nothing that a session keeps or hears. */
    readonly resolver: string | null;
    /** Every event that the resolver may let the new session hear at once, in the same commit; null where it hears none. */
    readonly events: readonly (MachineEvent | null)[];
    /** Every input that the resolver may give the machine; absent for a machine that takes none. */
    readonly inputs?: readonly Payload[];
  };
  readonly events: Readonly<Record<string, PublicEvent>>;
  /**
   * The workflows that the machine invokes, each by its name: a session of it, the child, is started as a task of this one, and its
   * end comes back as the done event with its `outcome`. It takes CANCEL in every state, which is what it hears when nobody waits
   * for it any more.
   */
  readonly children?: Readonly<Record<string, ChildWorkflow>>;
  /**
   * What the done event of a task may carry as its `outcome`, by the name of the task, where it carries any: graph exploration rests
   * on it. A child's are the final states of its machine.
   */
  readonly outcomes?: Readonly<Record<string, readonly string[]>>;
  /** Names of the personal details that nobody needs once the session is over: they go with its end, not with the session. */
  readonly secrets?: readonly string[];
  /** The `data` of the representation. */
  readonly view: { readonly schema: TObject; readonly of: (input: ViewInput) => Record<string, unknown> };
  /** Public names of pending timers, by the name of their delay. */
  readonly deadlines: Readonly<Record<string, string>>;
  /** The final state that is a success, and what it proves; nothing where it proves nothing. */
  readonly success?: {
    readonly outcome: string;
    /** Names of claims, each brought by a module. */
    readonly claims: readonly string[];
    /** For a login: how the person was recognised. Its result names the account that the session's access token opens. */
    readonly login?: (context: Context) => Recognition;
  };
}

export interface Recognition {
  /** Authentication methods as in RFC 8176; `mfa` if two factors were used. */
  readonly methods: readonly string[];
  /** The channel of the code that was entered; null if the login needed no code. */
  readonly codeBy: Channel | null;
}

/** What passes between a session and the child that it waits for, besides the end. */
export interface ChildWorkflow<Source extends string = string> {
  /** The name that the machine invokes it by, where that stands for one of several: the `workflow` of the input says which. */
  readonly as?: Source;
  /**
   * Personal details that the two of them name differently, or that a child which succeeded gives back: the child's name, and the
   * parent's. Besides these, a child is told what its start body has room for: what the parent knows of the person, and the
   * invocation's input.
   */
  readonly shares: Readonly<Record<string, string>>;
  /**
   * Events that the child takes from nobody, whatever its own machine says: what it was started for is to stay that. Never CANCEL.
   */
  readonly withholds?: readonly string[];
}

/** A workflow before it knows a deployment's figures. */
export interface WorkflowDefinition<Used extends Uses = Uses> {
  readonly name: string;
  /** @param figures of the deployment; a workflow reads only those that its module and the modules it needs bring */
  of(figures: Figures): Workflow;
  /** Ties the definition to the names that it uses; never set. */
  readonly uses?: Used;
}

/** Bodies are closed: an unknown field is a mistake of the caller's, not something to ignore. */
export const closed = { additionalProperties: false } as const;
