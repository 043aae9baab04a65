/**
 * A workflow: a machine with its version, the bodies it accepts, the events it takes from outside, and its view for clients. Nothing here
 * runs anything.
 */
import type { TObject } from '@sinclair/typebox';
import type { AnyStateMachine } from 'xstate';
import type { Figures } from './figures.ts';
import type { PayloadFrom } from './machine-types.ts';
import type { TextsBy, Uses } from './names.ts';
import type { Party, Sender } from './parties.ts';
import type { Checked, Promises } from './promises.ts';
import type { SessionData } from './session-data.ts';
import type { Context, Migration } from './stored.ts';
import type { Text } from './texts.ts';

export type { Refusal } from './names.ts';
export { type AccountParty, type InvitedParty, isInvited, type Party, type Sender, sendersOf } from './parties.ts';
export { type DataMask, detailValue, ownershipDetails, type SessionData } from './session-data.ts';
export type { Context, HistoryValue, Migration, PendingTask, StateValue, Stored, Timer } from './stored.ts';
export {
  type BackendOptions,
  type BackendTask,
  backendTask,
  isTask,
  mostTaskAttempts,
  type OwnTask,
  type OwnTaskLogic,
  ownTaskOf,
  pausesOf,
  type RunResult,
  type RunTask,
  type TaskCall,
  type TaskDone,
  type TaskFailed,
  type TaskLogic,
  type TaskOptions,
  task,
} from './task.ts';
export { inputFault } from './task-input.ts';

/** The finite payload of a machine event, without its type. */
export type Payload = Readonly<Record<string, string | number | boolean>>;

/** An event of any machine, as the engine sees it. A machine declares a union of its own events. */
export interface MachineEvent {
  type: string;
  [key: string]: string | number | boolean;
}

/** An event that arrives over HTTP, under the machine event's name in kebab-case. */
export interface PublicEvent<Of = Payload, In = Context, Reader extends string = string, Role extends string = never> {
  /** One sentence for the API reference. */
  readonly description: string;
  /** The schema of the body. */
  readonly body: TObject;
  /**
   * The resolver that turns the body into the machine event's payload; null if the body has nothing to resolve. Absent: the session keeps
   * the fields that `data` names, and the others are the payload.
   */
  readonly resolver?: Reader | null;
  /** The role that may send the event, or several of them: those below, and the parties that the workflow declares. */
  readonly sender: Sender | Role | readonly (Sender | Role)[];
  /** The member of the payload that names the role of the sender, for an event that several may send. No body has this field. */
  readonly senderIn?: keyof Of & string;
  /** If true, an owner who sends the event needs a recent second factor. */
  readonly secondFactor?: true;
  /**
   * Every payload the resolver can return. For a range that the machine treats uniformly, its endpoints. The graph exploration and the list
   * of accepted events depend on them.
   */
  readonly payloads: readonly Of[];
  /** True if the resolver can return a payload in a session with this context; true for every session by default. */
  readonly possible?: (payload: Of, context: In) => boolean;
}

/** A public event of any workflow. */
export type AnyPublicEvent = PublicEvent<Payload, Context, string, string>;

/** The public events for a union of machine events, by their type. */
export type PublicEventsOf<Event extends { type: string }, Role extends string = never> = {
  readonly [Type in Event['type']]?: PublicEvent<PayloadFrom<Extract<Event, { type: Type }>>, Context, string, Role>;
};

/** The screen of a state. The text about the state itself, for developers, is its `description`. */
export interface StateMeta {
  readonly screen: string;
  /** The heading of the screen. */
  readonly title?: Text;
  /** A sentence that says what the person can do. */
  readonly help?: Text;
}

/** The channel of a message: `email`, `sms`, `voice`, or a channel of another module. */
export type Channel = string;

/**
 * The input of the public view: the machine's context, the masked personal details, and the role of the reader. A shown number or boolean
 * is one again.
 */
export interface ViewInput<Of = Context, Detail extends string = string, Masked = TextsBy<Detail>, Role extends string = string> {
  readonly context: Of;
  readonly masked: Masked;
  /** `service` for the service itself, which shows the session to operators. */
  readonly viewer: Sender | 'service' | Role;
}

/** The input of the view of any workflow. */
export type AnyViewInput = ViewInput<Context, string, Readonly<Record<string, unknown>>>;

export interface Workflow {
  /** The public name in kebab-case. It never changes. */
  readonly name: string;
  /** The plural of the name, for the path under /v1. */
  readonly collection: string;
  /** Grows with every change of the machine's structure. A session keeps the version that it started with. */
  readonly version: number;
  readonly description: string;
  readonly machine: AnyStateMachine;
  /** The migrations to this version, by the older version: for sessions whose version is no longer registered. */
  readonly migrations?: Readonly<Record<number, Migration>>;
  /** The body that starts a session, and its resolver. */
  readonly start: {
    /**
     * The party that may start a session. Without `by`: anyone, or anyone with a client key if such keys are configured. `owner`: only
     * the owner of an account, with the token of a login; if client keys are configured, a client key is needed as well. `agent`: an agent.
     * A session that an agent starts has no token: the agent sends the admin key, the owner the token of a login, and each event declares
     * its sender.
     */
    readonly by?: 'owner' | 'agent';
    readonly body: TObject;
    /**
     * The resolver of the body; null if the body contains nothing for the session. Absent: the session keeps the fields that `data` names,
     * and the others are the payload of the first event.
     */
    readonly resolver?: string | null;
    /** Every event that the resolver can give the new session at once, in the same commit; null for no event. */
    readonly events: readonly (MachineEvent | null)[];
    /** Every input that the resolver can give the machine; absent for a machine without input. Model tests explore the first one. */
    readonly inputs?: readonly Payload[];
  };
  readonly events: Readonly<Record<string, AnyPublicEvent>>;
  /** Further parties, by their role. */
  readonly parties?: Readonly<Record<string, Party>>;
  /** Pairs of personal details with addresses or numbers. A start or an event that makes a pair equal is refused. */
  readonly differ?: readonly (readonly [string, string])[];
  /**
   * The workflows that the machine invokes, by name. Each invocation starts a child session as a task of this session, and the end of the
   * child returns as the done event with its `outcome`. A child must take CANCEL in every state: the engine sends it when the parent no
   * longer waits.
   */
  readonly children?: Readonly<Record<string, ChildWorkflow>>;
  /**
   * The possible `outcome` of a task's done event, by the name of the task. The graph exploration depends on them. The outcomes of a child
   * are the final states of its machine, and a task with its own work declares its outcomes itself.
   */
  readonly outcomes?: Readonly<Record<string, readonly string[]>>;
  /** Fields of bodies that the session keeps as personal details, and how the view shows each. The names are the workflow's own. */
  readonly data?: SessionData;
  /** Personal details that the session's last commit removes. All others stay until the session is deleted. */
  readonly secrets?: readonly string[];
  /** The `data` of the representation. */
  readonly view: { readonly schema: TObject; readonly of: (input: AnyViewInput) => Record<string, unknown> };
  /** Public names of pending timers, by the name of their delay. */
  readonly deadlines: Readonly<Record<string, string>>;
  /** The final state that counts as success, and the result that it proves; absent if it proves nothing. */
  readonly success?: {
    readonly outcome: string;
    /** The names of the result's claims, which modules define. */
    readonly claims: readonly string[];
    /** For a login: the methods of authentication, by the context and the personal details. The result names the account that the session's access token opens. */
    readonly login?: (context: Context, personal: TextsBy<string>) => Recognition;
  };
  /** Statements about the workflow as seen from outside, with which its tests compare the machine. The running service does not read them. */
  readonly promises?: Promises & Checked;
}

export interface Recognition {
  /** Authentication methods as in RFC 8176; `mfa` if two factors were used. */
  readonly methods: readonly string[];
  /** The channel of the code that was entered; null if the login needed no code. */
  readonly codeBy: Channel | null;
}

/** The data between a session and the child that it waits for, besides the end. */
export interface ChildWorkflow<Source extends string = string> {
  /**
   * The name that the machine invokes, if this name stands for several workflows. The member `workflow` of the input then selects one of
   * them.
   */
  readonly as?: Source;
  /**
   * The parent's name of each personal detail, by the child's name. A detail is listed if the two names differ, or if a successful child
   * returns it. In addition, a child's start body gets every field for which the parent has a personal detail or the invocation's input has
   * a value.
   */
  readonly shares: Readonly<Record<string, string>>;
  /** Events that the child rejects from everyone, so that it cannot be redirected. Never CANCEL. */
  readonly withholds?: readonly string[];
}

/** A workflow before the figures of a deployment. */
export interface WorkflowDefinition<Used extends Uses = Uses> {
  readonly name: string;
  /** @param figures the figures of the deployment; a workflow reads only those of its module and of the modules that it needs */
  of(figures: Figures): Workflow;
  /** Binds the definition to the names that it uses; never set. */
  readonly uses?: Used;
}

/** Bodies are closed: an unknown field is a mistake of the caller, and is not ignored. */
export const closed = { additionalProperties: false } as const;
