/** The composition: a service made of modules and a configuration. Every part is made here and handed to those that need it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as after } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import { HttpListener } from '../http/listener.ts';
import { startingApp } from '../http/monitoring/starting.ts';
import { connectionHolder } from '../http/requests/client-address.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { type Design, designOf, type ServiceOptions } from './design.ts';
import { embedded, giveBodyBack } from './embedded.ts';
import { openStore } from './open-store.ts';
import { type Running, run } from './running.ts';
import { openKeyring } from './secret-keys.ts';

export type { ServiceOptions };

export interface ListenOptions {
  /** Called once if the database can't be used yet, with the address that answers 503 and the reason. */
  readonly onWaiting?: (url: string, reason: string) => void;
}

/** Where a service listens. */
export interface Address {
  readonly url: string;
  /** The address of the metrics; null if they have no port of their own. */
  readonly metricsUrl: string | null;
  /** Where its clients reach it. */
  readonly publicUrl: string;
  readonly database: string;
  readonly sandbox: boolean;
}

export interface Service {
  /** The folder of the embedded database; null with a database server. */
  readonly embeddedFolder: string | null;
  /**
   * Listens at HOST and PORT. Resolves when the database is open and requests are served; until then they are answered 503.
   * @throws StoreError for a database that can't be used, ConfigError for templates or providers that can't
   */
  listen(options?: ListenOptions): Promise<Address>;
  /**
   * Starts the service without listening, to be mounted in another application: opens the database, and lets timers and tasks run.
   * Needs PUBLIC_URL. `fetch` and `handle` do it at the first request.
   */
  start(): Promise<void>;
  /**
   * Answers a request of the web’s kind, as in Hono or Next.js.
   * @param connection what Hono’s Node server says of the connection; or the address of the client, if another server knows it
   */
  readonly fetch: (request: Request, connection?: object) => Promise<Response>;
  /** Answers a request of Node’s kind, as in Express. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Ends it cleanly: what is in flight is answered first. */
  stop(): Promise<void>;
}

/**
 * Makes a service. Nothing is opened yet, and everything that can be known to be wrong is found: settings, and names that do not match.
 * @throws ModuleError for modules that do not fit together, ConfigError for settings
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  return new OneService(designOf(options));
}

/** From the signal until what is under way is given up: those who start and stop processes usually wait for half a minute. */
const stopLimitMs = 10_000;

/**
 * Without PUBLIC_URL clients reach the service where it listens. An address that stands for all of a machine's is no address to send a
 * client to, so this machine's own stands for it. Either is wrong behind a proxy, and only the operator knows the right one.
 */
function publicUrlOf({ publicUrl, production }: Config, { url, ownUrl }: HttpListener, log: Logger): string {
  if (publicUrl !== null) return publicUrl;
  if (production || ownUrl !== url)
    log.warn(
      { publicUrl: ownUrl },
      'PUBLIC_URL is not set: links, issuers and audiences name an address that other machines may not reach',
    );
  return ownUrl;
}

interface Listeners {
  readonly server: HttpListener;
  /** Null if the metrics have no port of their own. */
  readonly metrics: HttpListener | null;
}

class OneService implements Service {
  readonly #design: Design;
  readonly #stop = new AbortController();
  #listeners: Listeners | null = null;
  #started: Promise<Running> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(design: Design) {
    this.#design = design;
  }

  get embeddedFolder(): string | null {
    const { databaseUrl, dataDir } = this.#design.config;
    return databaseUrl === null ? dataDir : null;
  }

  async listen({ onWaiting = () => {} }: ListenOptions = {}): Promise<Address> {
    const { config, log } = this.#design;
    const keyring = await openKeyring(config);
    const holderOf = (peer: string | undefined) => connectionHolder(peer, config.trustedProxies);
    const server = await HttpListener.listen(config.host, config.port, holderOf);
    let metrics: HttpListener | null = null;
    try {
      const publicUrl = publicUrlOf(config, server, log);
      server.answerWith(startingApp({ publicUrl, log }).fetch);
      if (config.metricsPort !== null) metrics = await HttpListener.listen(config.host, config.metricsPort, holderOf);
      this.#listeners = { server, metrics };
      this.#started = this.#open({ keyring, publicUrl, ownUrl: server.ownUrl, onWaiting: (reason) => onWaiting(server.url, reason) });
      const { app, database } = await this.#started;
      server.answerWith(app.fetch);
      return { url: server.url, metricsUrl: metrics?.url ?? null, publicUrl, database, sandbox: config.sandbox };
    } catch (error) {
      await Promise.all([server.close(), metrics?.close()]);
      this.#listeners = null;
      throw error;
    }
  }

  async start(): Promise<void> {
    await this.#running();
  }

  readonly fetch = async (request: Request, connection: object = {}): Promise<Response> => {
    const { app } = await this.#running();
    return embedded(app, request, connection);
  };

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    giveBodyBack(request);
    await this.#listener(request, response);
  };

  readonly #listener = getRequestListener((request, connection) => this.fetch(request, connection), { overrideGlobalObjects: false });

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    const timeUp = after(stopLimitMs, undefined, { ref: false });
    // A service that waits for its database stops waiting.
    this.#stop.abort();
    const running = await this.#started?.catch(() => null);
    running?.refuse();
    await Promise.all([this.#listeners?.server.close(), this.#listeners?.metrics?.close(), running?.rest()]);
    await running?.close(timeUp);
  }

  #running(): Promise<Running> {
    this.#started ??= this.#startAlone();
    return this.#started;
  }

  async #startAlone(): Promise<Running> {
    const { config } = this.#design;
    const { publicUrl } = config;
    if (publicUrl === null)
      throw new ConfigError('PUBLIC_URL is needed where the service does not listen itself: where its clients reach it');
    return this.#open({ keyring: await openKeyring(config), publicUrl, ownUrl: publicUrl, onWaiting: () => {} });
  }

  async #open(place: {
    readonly keyring: Keyring;
    readonly publicUrl: string;
    readonly ownUrl: string;
    readonly onWaiting: (reason: string) => void;
  }): Promise<Running> {
    const { config, log, workflows, assembly } = this.#design;
    const opened = await openStore({
      config,
      log,
      workflows,
      migrations: assembly.migrations,
      onWaiting: place.onWaiting,
      signal: this.#stop.signal,
    });
    try {
      return await run({ ...this.#design, ...place, ...opened, metricsListener: this.#listeners?.metrics ?? null });
    } catch (error) {
      opened.databaseClock.stop();
      await opened.store.close();
      throw error;
    }
  }
}
