/**
 * A module: everything that one capability adds to a service. The six built-in workflows are modules, and a module from another package has
 * the same rights. `defineModule` checks the types; the start of the service checks the rest.
 */
import type { Hono } from 'hono';
import type { Names, Vocabulary } from '../../machines/names.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Connection, SettingsReader } from '../config/settings.ts';
import type { ChannelDefinition } from '../delivery/channel.ts';
import type { Resolver, TaskHandler } from '../engine/ports.ts';
import type { OwnerAuthentication } from '../http/authentication/logins.ts';
import type { DocumentContext, JsonObject } from '../http/openapi/operation.ts';
import type { Migrations } from '../store/module-migrations.ts';
import type { ConfiguredProvider, Host, OpenedProvider, ServiceKey } from './host.ts';
import { ModuleError } from './module-error.ts';
import type { AllNames, Checked, KeptOf, KnownOf, NoNames } from './module-names.ts';
import type { Within, Words } from './words.ts';

export type { Mask } from './words.ts';

/** A vocabulary for `defineModule`. */
export interface DefinedVocabulary<Known extends Names = Names> extends Vocabulary<Known> {
  readonly needs: readonly Module[];
  readonly words: Words;
}

/** A provider that delivers messages. */
export interface ProviderDefinition<Settings, Services, Channel extends string = string> {
  /** The channels that the provider can use with these settings. */
  readonly channels: (settings: Settings) => readonly Channel[];
  /** Opens the provider for one channel. Called once for each channel that uses the provider. */
  readonly open: (parts: { readonly settings: Settings; readonly services: Services; readonly host: Host }) => Promise<OpenedProvider>;
}

/** Routes that a module adds to the service. */
export interface Routes {
  /** An application with its own variables: `new Hono().route('/', app)`. */
  readonly app: Hono;
  /** Paths whose answers contain times of the service’s clock, such as deadlines, as Hono patterns. */
  readonly clocked?: readonly string[];
  /** The paths of the OpenAPI document. */
  readonly paths?: (context: DocumentContext) => JsonObject;
  /** The requests that the service sends, by name: the `webhooks` of the OpenAPI document. */
  readonly webhooks?: (context: DocumentContext) => JsonObject;
  /** The tag of these paths; absent if the service already has it. */
  readonly tag?: { readonly name: string; readonly description: string };
}

/** A value made from the services of its module, or a ready one that needs no services. */
type Made<Services, Thing extends object> = Thing | ((services: Services, host: Host) => Thing);

/** The parts of a module that are data, known before anything is opened. */
interface Contents {
  /** In kebab-case; unique in a service. */
  readonly name: string;
  /**
   * The folder with the pictures of these workflows, written by `verification-workflows diagrams`: `new URL('./diagrams/',
   * import.meta.url)`.
   */
  readonly diagrams?: URL;
  /** Connections to other machines that production requires to be encrypted, by their name in `ALLOW_INSECURE`. */
  readonly connections?: Readonly<Record<string, Connection>>;
  /** The tables of the module, as migrations that Kysely runs in the order of their names. */
  readonly migrations?: Migrations;
}

/**
 * An object with these keys. The compiler infers the names from this type alone. If it inferred them from the typed members as well, it
 * would infer the services before it reads `open`.
 */
type Named<Name extends string> = Readonly<Record<Name, unknown>>;

/** The parts of a module that depend on its settings and services. */
interface Behaviour<Settings, Services, Resolvers extends string, Tasks extends string, Providers extends string, Channel extends string> {
  /** Reads the settings of the module from the environment. @throws ConfigError */
  readonly settings?: (reader: SettingsReader) => Settings;
  /** The key under which other modules find the services. */
  readonly key?: ServiceKey<Services>;
  /** Opens the services for resolvers, tasks and routes. The database is open by then. */
  readonly open?: (host: Host, settings: Settings) => Services | Promise<Services>;
  /** The resolvers of bodies. Their names are unique in a service. */
  readonly resolvers?: Readonly<Record<string, Made<Services, Resolver>>> & Named<Resolvers>;
  /** The handlers of tasks. Their names are unique in a service. */
  readonly tasks?: Readonly<Record<string, Made<Services, TaskHandler>>> & Named<Tasks>;
  /** The providers, by their name in the settings of channels. */
  readonly providers?: Readonly<Record<string, ProviderDefinition<Settings, Services, Channel>>> & Named<Providers>;
  readonly routes?: (services: Services, host: Host, settings: Settings) => readonly Routes[];
  /** Recognises the owners of accounts. At most one module of a service provides this. */
  readonly owners?: (services: Services, host: Host) => OwnerAuthentication;
  /** The values that fields with `choicesFrom` accept, by the text of `choicesFrom`. */
  readonly choices?: (services: Services, settings: Settings) => Readonly<Record<string, readonly string[]>>;
  /** The languages of message templates, as BCP 47 tags. */
  readonly languages?: (services: Services) => readonly string[];
  /** Called when all modules are open. */
  readonly ready?: (services: Services, host: Host) => Promise<void>;
  /** Removes what has expired by a time, in milliseconds since the epoch. */
  readonly purge?: (services: Services, host: Host, at: number) => Promise<void>;
  readonly close?: (services: Services) => Promise<void>;
}

/** A module as its author writes it, with any names. */
export interface ModuleDefinition<Settings, Services>
  extends Contents,
    Words,
    Behaviour<Settings, Services, string, string, string, string> {
  /** Modules that this one builds on. A service includes them and opens them first. */
  readonly needs?: readonly Module[];
  readonly workflows?: readonly WorkflowDefinition[];
  /** Channels to reach a person, by name. */
  readonly channels?: Readonly<Record<string, ChannelDefinition>>;
  /** The vocabulary that the workflows were defined with. The module includes it and the modules that it needs. */
  readonly vocabulary?: DefinedVocabulary;
}

/** A module definition with its names, which the compiler infers. */
interface TypedModule<
  Settings,
  Services,
  Needs extends readonly Module[],
  Workflows extends readonly WorkflowDefinition[],
  Known extends Names,
  Channel extends string,
  Resolvers extends string,
  Tasks extends string,
  Providers extends string,
  AllChannels extends string,
  Refusal extends string,
  Message extends string,
  Detail extends string,
  Stated extends string,
  Figure extends string,
  Inside extends Pick<Names, 'detail' | 'figure'>,
> extends Contents,
    Words<Refusal, Message, Detail, Stated, Figure, Inside>,
    Behaviour<Settings, Services, Resolvers, Tasks, Providers, AllChannels> {
  readonly needs?: Needs;
  readonly workflows?: Workflows;
  readonly channels?: Readonly<Record<Channel, ChannelDefinition>>;
  readonly vocabulary?: DefinedVocabulary<Known>;
}

/** A module with its services. */
export interface OpenedModule {
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly tasks: Readonly<Record<string, TaskHandler>>;
  readonly owners: OwnerAuthentication | null;
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly languages: readonly string[];
  /** Called once, when all modules are open. */
  ready(): Promise<void>;
  /** Called once, after the engine has started. */
  routes(): readonly Routes[];
  purge(at: number): Promise<void>;
  close(): Promise<void>;
}

/** A module with its settings. */
export interface ConfiguredModule {
  readonly settings: unknown;
  readonly providers: Readonly<Record<string, ConfiguredProvider>>;
  open(host: Host): Promise<OpenedModule>;
}

export interface Module<Known extends Names = Names> extends Contents, Words {
  readonly needs?: readonly Module[];
  readonly workflows?: readonly WorkflowDefinition[];
  readonly channels?: Readonly<Record<string, ChannelDefinition>>;
  readonly resolverNames: readonly string[];
  readonly taskNames: readonly string[];
  readonly providerNames: readonly string[];
  readonly hasOwners: boolean;
  /** Binds the module to its names and those of the modules that it needs; never set. */
  readonly names?: Known;
  /** @throws ConfigError */
  configure(reader: SettingsReader): ConfiguredModule;
}

/**
 * Defines a module. A module without services omits `open`; one without settings omits `settings`. The compiler infers the names, so that
 * it rejects a workflow with an unknown name here.
 */
export function defineModule<
  Settings = undefined,
  Services = undefined,
  const Needs extends readonly Module[] = readonly [],
  const Workflows extends readonly WorkflowDefinition[] = readonly [],
  Given extends Names = NoNames,
  Refusal extends string = never,
  Message extends string = never,
  Detail extends string = never,
  Stated extends string = never,
  Figure extends string = never,
  Channel extends string = never,
  Resolvers extends string = never,
  Tasks extends string = never,
  Providers extends string = never,
>(
  definition: TypedModule<
    Settings,
    Services,
    Needs,
    Workflows,
    Given,
    Channel,
    Resolvers,
    Tasks,
    Providers,
    NoInfer<Channel | KnownOf<Needs, 'channel'> | Given['channel']>,
    Refusal,
    Message,
    Detail,
    Stated,
    Figure,
    Within<readonly [...Needs, Module<Given>], Detail | KeptOf<NoInfer<Workflows>>, Figure>
  > & {
    readonly workflows?: {
      readonly [Index in keyof NoInfer<Workflows>]: Checked<
        NoInfer<Workflows>[Index],
        AllNames<Needs, Workflows, Given, Refusal, Message, Detail, Stated, Figure, Channel, Resolvers, Tasks, Providers>
      >;
    };
  },
): Module<AllNames<Needs, Workflows, Given, Refusal, Message, Detail, Stated, Figure, Channel, Resolvers, Tasks, Providers>>;
export function defineModule<Settings, Services>(definition: ModuleDefinition<Settings, Services>): Module {
  const { settings: read, key, open, resolvers = {}, tasks = {}, providers = {}, vocabulary, ...rest } = definition;
  const { routes, owners, choices, languages, ready, purge, close, ...contents } = rest;
  return {
    ...contents,
    ...(vocabulary === undefined ? {} : withVocabulary(contents, vocabulary)),
    resolverNames: Object.keys(resolvers),
    taskNames: Object.keys(tasks),
    providerNames: Object.keys(providers),
    hasOwners: owners !== undefined,
    configure: (reader) => {
      const settings = read?.(reader) as Settings;
      let opened: Services;
      return {
        settings,
        providers: mapped(providers, (provider) => ({
          channels: provider.channels(settings),
          open: (host) => provider.open({ settings, services: opened, host }),
        })),
        open: async (host) => {
          const services = (await open?.(host, settings)) as Services;
          opened = services;
          if (key) host.offer(key, services);
          return {
            resolvers: mapped(resolvers, (resolver) => made(resolver, services, host)),
            tasks: mapped(tasks, (task) => made(task, services, host)),
            owners: owners?.(services, host) ?? null,
            choices: choices?.(services, settings) ?? {},
            languages: languages?.(services) ?? [],
            ready: async () => ready?.(services, host),
            routes: () => routes?.(services, host, settings) ?? [],
            purge: async (at) => purge?.(services, host, at),
            close: async () => close?.(services),
          };
        },
      };
    },
  };
}

/** The words of the module and of its vocabulary. A name in both would have two meanings. */
function withVocabulary(own: Words & Pick<Module, 'name' | 'needs'>, { needs, words }: DefinedVocabulary): Words & Pick<Module, 'needs'> {
  const both = <Thing>(kind: string, ours: Readonly<Record<string, Thing>> = {}, theirs: Readonly<Record<string, Thing>> = {}) => {
    const twice = Object.keys(ours).filter((name) => Object.hasOwn(theirs, name));
    if (twice.length > 0)
      throw new ModuleError(twice.map((name) => `The ${kind} '${name}' is in the module '${own.name}' and its vocabulary`));
    return { ...theirs, ...ours };
  };
  return {
    needs: [...needs, ...(own.needs ?? [])],
    refusals: both('refusal', own.refusals, words.refusals),
    notices: both('notice', own.notices, words.notices),
    details: both('detail', own.details, words.details),
    claims: both('claim', own.claims, words.claims),
    figures: both('figure', own.figures, words.figures),
    order: [...(words.order ?? []), ...(own.order ?? [])],
  };
}

function made<Services, Thing extends object>(thing: Made<Services, Thing>, services: Services, host: Host): Thing {
  return typeof thing === 'function' ? thing(services, host) : thing;
}

function mapped<From, To>(record: Readonly<Record<string, From>>, of: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
