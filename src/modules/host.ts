/** The host: the services that the process offers to its modules. */
import type { Context, MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { FigureSet, Figures, FiguresOf } from '../../machines/figures.ts';
import type { Workflow } from '../../machines/workflow.ts';
import type { ChannelDefinition } from '../delivery/channel.ts';
import type { Provider } from '../delivery/message.ts';
import type { Notice } from '../delivery/notice-text.ts';
import type { Engine } from '../engine/engine.ts';
import type { Caller, Vault } from '../engine/ports.ts';
import type { Reply } from '../engine/sessions/turn.ts';
import type { AddressOf } from '../http/addresses.ts';
import type { AdminVariables } from '../http/authentication/admin-keys.ts';
import type { Metrics } from '../http/monitoring/metrics.ts';
import type { ReportReader } from '../http/sessions/delivery-reports.ts';
import type { Representation } from '../http/sessions/representation.ts';
import type { SandboxClock } from '../sandbox/sandbox-clock.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { TokenSigner } from '../secrets/token-signer.ts';
import type { Store } from '../store/store.ts';

/** Identifies the services that one module offers to others. */
export class ServiceKey<Services> {
  readonly module: string;
  /** Binds the key to the type of its services; never set. */
  declare readonly services?: Services;

  constructor(module: string) {
    this.module = module;
  }
}

export interface OpenedProvider {
  /** @throws ConfigError if the settings do not allow a provider */
  sends(channel: string): Provider;
  /** Reads the provider's later reports about a message; absent if it sends none. */
  readonly reports?: ReportReader;
}

export interface ConfiguredProvider {
  readonly channels: readonly string[];
  open(host: Host): Promise<OpenedProvider>;
}

export interface Host {
  readonly serviceName: string;
  /** The address at which clients reach the service. */
  readonly publicUrl: string;
  /** The address of a path of the service, for links: includes the prefix of `publicUrl`, if there is one. */
  readonly addressOf: AddressOf;
  /** The setting `PUBLIC_URL`; null if the public address is the one that the service listens at. */
  readonly configuredUrl: string | null;
  /** The address at which the service reaches itself. */
  readonly ownUrl: string;
  /** The sandbox; null in production. */
  readonly sandbox: { readonly clock: SandboxClock; readonly agentKey: string } | null;
  readonly log: Logger;
  /** The time of the service's clock, in milliseconds since the epoch. The sandbox can move it. */
  now(): number;
  /** The real time, in milliseconds since the epoch. The sandbox cannot move it. */
  worldTime(): number;
  readonly keyring: Keyring;
  /** Signs tokens that everyone can verify: with EdDSA, which is deterministic, unless the caller wants another algorithm. */
  readonly signer: TokenSigner;
  /** The application for which results are signed. */
  readonly audience: string;
  /** Seals the personal details of sessions and accounts. */
  readonly vault: Vault;
  /** Sessions, limits and every table of the modules. */
  readonly store: Store;
  /** The engine. It does not run before all modules are open: until then, only store it. */
  readonly engine: Engine;
  readonly metrics: Metrics;
  /** The representation of a session for its owner. */
  represent(reply: Pick<Reply, 'workflow' | 'session'>): Promise<Representation>;
  /** The caller of a request, for limits. */
  caller(c: Context): Caller;
  /** Makes every open stream check if its login has ended. */
  credentialEnded(): Promise<void>;
  /** How long ended sessions are stored, in milliseconds. */
  readonly retentionMs: number;
  /** Admits admins and records their requests; null without admin keys. */
  readonly adminGate: MiddlewareHandler<{ Variables: AdminVariables }> | null;
  /** Every notice, channel and provider of the service's modules, by name. */
  readonly registries: {
    readonly notices: Readonly<Record<string, Notice>>;
    readonly channels: Readonly<Record<string, ChannelDefinition>>;
    /** The names of the personal details that templates of notices may show: all but the secrets of workflows. */
    readonly noticeDetails: readonly string[];
    readonly providers: Readonly<Record<string, ConfiguredProvider>>;
    /** By channel, the names of the providers in the order of trial. */
    readonly providersOf: Readonly<Record<string, readonly string[]>>;
  };
  /** The deployment's values of a set of figures. */
  figures<Set extends FigureSet>(set: Set): FiguresOf<Set>;
  /** A version of a workflow; undefined if it is not registered. */
  readonly workflowOf: (name: string, version: number) => Workflow | undefined;
  /** All figures of the deployment. */
  readonly allFigures: Figures;
  /** The services of another module. @throws Error if that module is not open yet: name it in `needs` */
  use<Services>(key: ServiceKey<Services>): Services;
  /** Offers the services of a module to the modules that need it. */
  offer<Services>(key: ServiceKey<Services>, services: Services): void;
}
