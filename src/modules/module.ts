/**
 * A module: everything that one capability brings to a service. The built-in six workflows are modules, and a module from another
 * package stands on the same footing. `defineModule` checks the types; the start of the service checks the rest.
 */
import type { Hono } from 'hono';
import type { FigureSet } from '../../machines/figures.ts';
import type { WorkflowDefinition } from '../../machines/workflow.ts';
import type { Connection, SettingsReader } from '../config/settings.ts';
import type { ChannelDefinition } from '../delivery/channel.ts';
import type { Notice } from '../delivery/notice-text.ts';
import type { Resolver, TaskHandler } from '../engine/ports.ts';
import type { OwnerAuthentication } from '../http/authentication/logins.ts';
import type { DocumentContext, JsonObject } from '../http/openapi/operation.ts';
import type { ProblemKind } from '../http/problems/problem.ts';
import type { Claim } from '../http/sessions/representation.ts';
import type { Migrations } from '../store/module-migrations.ts';
import type { ConfiguredProvider, Host, OpenedProvider, ServiceKey } from './host.ts';

/** How a personal detail is shown to the holder of a session: as it is, not at all, or in part. */
export type Mask = 'shown' | 'hidden' | ((detail: string) => string);

/** A provider that delivers messages. */
export interface ProviderDefinition<Settings, Services> {
  /** The channels that it can send over with these settings. */
  readonly channels: (settings: Settings) => readonly string[];
  /** Makes what sends over a channel. Called once for each channel that uses the provider. */
  readonly open: (parts: { readonly settings: Settings; readonly services: Services; readonly host: Host }) => Promise<OpenedProvider>;
}

/** Routes that a module adds to the service. */
export interface Routes {
  /** Routes with variables of their own: `new Hono().route('/', app)`. */
  readonly app: Hono;
  /** Paths whose answers name the time of the service’s clock, as Hono patterns: those that speak of deadlines. */
  readonly clocked?: readonly string[];
  /** The paths of the OpenAPI document. */
  readonly paths?: (context: DocumentContext) => JsonObject;
  /** The tag of these paths; absent where the service has it anyway. */
  readonly tag?: { readonly name: string; readonly description: string };
}

/** Made from the services of its module; or ready as it is, where it needs none. */
type Made<Services, Thing extends object> = Thing | ((services: Services, host: Host) => Thing);

/** The parts of a module that are data: they are known before anything is opened. */
interface Contents {
  /** In kebab-case; unique in a service. */
  readonly name: string;
  /** Modules that this one builds on. They come along, and are opened before it. */
  readonly needs?: readonly Module[];
  readonly workflows?: readonly WorkflowDefinition[];
  /**
   * The folder with the pictures of these workflows, as `verification-workflows diagrams` writes it:
   * `new URL('./diagrams/', import.meta.url)`.
   */
  readonly diagrams?: URL;
  /** Durations and limits that a deployment can set. */
  readonly figures?: FigureSet;
  /** Pairs of figures of which the first has to be smaller than the second. */
  readonly order?: readonly (readonly [smaller: string, larger: string])[];
  /** Refusals by machines and resolvers, by code. Each is a problem type of the HTTP interface. */
  readonly refusals?: Readonly<Record<string, ProblemKind>>;
  /** Messages without a code, by name. */
  readonly notices?: Readonly<Record<string, Notice>>;
  /** How the personal details of sessions are shown, by name. Details without a mask are never shown. */
  readonly details?: Readonly<Record<string, Mask>>;
  /** Claims of signed results, by name. */
  readonly claims?: Readonly<Record<string, Claim>>;
  /** Ways to reach a person, by name. */
  readonly channels?: Readonly<Record<string, ChannelDefinition>>;
  /** Connections to other machines that have to be encrypted in production, by the name in `ALLOW_INSECURE`. */
  readonly connections?: Readonly<Record<string, Connection>>;
  /** The tables of the module, as steps that Kysely takes in the order of their names. */
  readonly migrations?: Migrations;
}

export interface ModuleDefinition<Settings, Services> extends Contents {
  /** Reads the settings of the module from the environment. @throws ConfigError */
  readonly settings?: (reader: SettingsReader) => Settings;
  /** Under which other modules find the services. */
  readonly key?: ServiceKey<Services>;
  /** Makes what resolvers, tasks and routes work with. The database is open by then. */
  readonly open?: (host: Host, settings: Settings) => Services | Promise<Services>;
  /** By name: reads bodies. A name is used once in a service. */
  readonly resolvers?: Readonly<Record<string, Made<Services, Resolver>>>;
  /** By name: runs tasks. A name is used once in a service. */
  readonly tasks?: Readonly<Record<string, Made<Services, TaskHandler>>>;
  /** By name, as the settings of channels write it. */
  readonly providers?: Readonly<Record<string, ProviderDefinition<Settings, Services>>>;
  readonly routes?: (services: Services, host: Host, settings: Settings) => readonly Routes[];
  /** How owners of accounts prove who they are; at most one module of a service brings it. */
  readonly owners?: (services: Services, host: Host) => OwnerAuthentication;
  /** The possible answers of fields with `choicesFrom`, by its value. */
  readonly choices?: (services: Services, settings: Settings) => Readonly<Record<string, readonly string[]>>;
  /** The languages that messages can be written in, as BCP 47 languages. */
  readonly languages?: (services: Services) => readonly string[];
  /** Called when all modules are open. */
  readonly ready?: (services: Services, host: Host) => Promise<void>;
  /** Removes what has expired by a time, in milliseconds since the epoch. */
  readonly purge?: (services: Services, host: Host, at: number) => Promise<void>;
  readonly close?: (services: Services) => Promise<void>;
}

/** A module whose services are made. */
export interface OpenedModule {
  readonly resolvers: Readonly<Record<string, Resolver>>;
  readonly tasks: Readonly<Record<string, TaskHandler>>;
  readonly owners: OwnerAuthentication | null;
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly languages: readonly string[];
  /** Called once, when all modules are open. */
  ready(): Promise<void>;
  /** Called once, when the engine runs. */
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

export interface Module extends Contents {
  readonly resolverNames: readonly string[];
  readonly taskNames: readonly string[];
  readonly providerNames: readonly string[];
  readonly hasOwners: boolean;
  /** @throws ConfigError */
  configure(reader: SettingsReader): ConfiguredModule;
}

/** Defines a module. A module without services leaves out `open`; one without settings leaves out `settings`. */
export function defineModule<Settings = undefined, Services = undefined>(definition: ModuleDefinition<Settings, Services>): Module {
  const { settings: read, key, open, resolvers = {}, tasks = {}, providers = {}, ...rest } = definition;
  const { routes, owners, choices, languages, ready, purge, close, ...contents } = rest;
  return {
    ...contents,
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

function made<Services, Thing extends object>(thing: Made<Services, Thing>, services: Services, host: Host): Thing {
  return typeof thing === 'function' ? thing(services, host) : thing;
}

function mapped<From, To>(record: Readonly<Record<string, From>>, of: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
