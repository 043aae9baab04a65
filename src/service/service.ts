/** A service: it listens or is mounted, starts once, and stops cleanly. Its parts are made in `running.ts`. */
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
  /** Called once if the database can't be used yet, with the reason and the address that answers with 503. */
  readonly onWaiting?: (url: string, reason: string) => void;
}

/** The addresses of a listening service. */
export interface Address {
  readonly url: string;
  /** The address of the metrics; null if they have no port of their own. */
  readonly metricsUrl: string | null;
  /** The address at which clients reach the service. */
  readonly publicUrl: string;
  readonly database: string;
  readonly sandbox: boolean;
}

export interface Service {
  /** The folder of the embedded database; null for a database server. */
  readonly embeddedFolder: string | null;
  /**
   * Listens at HOST and PORT. Requests before the database is open get 503. Resolves when the service is ready.
   * @throws StoreError for an unusable database, ConfigError for unusable templates or providers, Error if the service was started or
   * stopped before
   */
  listen(options?: ListenOptions): Promise<Address>;
  /**
   * Starts the service without listening, so that another application can mount it: opens the database, and runs timers and tasks. Needs
   * PUBLIC_URL. `fetch` and `handle` start the service at the first request. If a start fails, the next request tries again.
   * @throws Error after `stop`
   */
  start(): Promise<void>;
  /**
   * Answers a web-standard request, as in Hono or Next.js.
   * @param connection the bindings of Hono’s Node server; or the address of the client, if another server knows it
   */
  readonly fetch: (request: Request, connection?: object) => Promise<Response>;
  /** Answers a Node request, as in Express. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Stops the service cleanly: requests under way are answered first. A stopped service stays stopped. */
  stop(): Promise<void>;
}

/**
 * Makes a service. Opens nothing yet, but finds every mistake that can be known: in settings, and in names that do not match.
 * @throws ModuleError for modules that do not fit together, ConfigError for invalid settings
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  return new OneService(designOf(options));
}

/** The time from the signal until requests and attempts under way are given up. Process managers usually wait for half a minute. */
const stopLimitMs = 10_000;

/**
 * Without PUBLIC_URL, the public address is the one that the service listens at. On this machine it has the name `localhost`, because
 * WebAuthn refuses IP addresses. Behind a proxy it is wrong, and only the operator knows the right one.
 */
function publicUrlOf({ publicUrl, production }: Config, { url, localUrl }: HttpListener, log: Logger): string {
  if (publicUrl !== null) return publicUrl;
  const own = localUrl ?? url;
  const isEverywhere = ['0.0.0.0', '[::]'].includes(new URL(url).hostname);
  if (production || isEverywhere)
    log.warn({ publicUrl: own }, 'PUBLIC_URL is not set: links, issuers and audiences name an address that other machines may not reach');
  return own;
}

const takenAddress =
  'Browsers that look for localhost reach another process, and passkeys need that name: stop the process, or set another PORT';

interface Listeners {
  readonly server: HttpListener;
  /** Null if the metrics have no port of their own. */
  readonly metrics: HttpListener | null;
}

class OneService implements Service {
  readonly #design: Design;
  readonly #stop = new AbortController();
  #listeners: Listeners | null = null;
  #listening: Promise<Address> | null = null;
  #started: Promise<Running> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(design: Design) {
    this.#design = design;
  }

  get embeddedFolder(): string | null {
    const { databaseUrl, dataDir } = this.#design.config;
    return databaseUrl === null ? dataDir : null;
  }

  listen(options: ListenOptions = {}): Promise<Address> {
    if (this.#started !== null || this.#listening !== null) return Promise.reject(new Error('The service has been started already'));
    const listening = this.#listen(options);
    this.#listening = listening;
    listening.catch(() => {
      this.#listening = null;
    });
    return listening;
  }

  async #listen({ onWaiting = () => {} }: ListenOptions): Promise<Address> {
    const { config, log } = this.#design;
    this.#refuseAfterStop();
    const keyring = await openKeyring(config);
    this.#refuseAfterStop();
    const holderOf = (peer: string | undefined) => connectionHolder(peer, config.trustedProxies);
    const server = await HttpListener.listen(config.host, config.port, holderOf);
    let metrics: HttpListener | null = null;
    try {
      this.#refuseAfterStop();
      const publicUrl = publicUrlOf(config, server, log);
      if (server.takenAddress !== null) log.warn({ taken: server.takenAddress, url: server.url }, takenAddress);
      server.answerWith(startingApp({ publicUrl, log }).fetch);
      if (config.metricsPort !== null) metrics = await HttpListener.listen(config.host, config.metricsPort, holderOf);
      this.#refuseAfterStop();
      this.#listeners = { server, metrics };
      this.#started = this.#open({ keyring, publicUrl, ownUrl: server.ownUrl, onWaiting: (reason) => onWaiting(server.url, reason) });
      const { app, database } = await this.#started;
      server.answerWith(app.fetch);
      return { url: server.url, metricsUrl: metrics?.url ?? null, publicUrl, database, sandbox: config.sandbox };
    } catch (error) {
      await Promise.all([server.close(), metrics?.close()]);
      this.#listeners = null;
      this.#started = null;
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
    // Ends a wait for the database.
    this.#stop.abort();
    await this.#listening?.catch(() => null);
    const running = await this.#started?.catch(() => null);
    running?.refuse();
    await Promise.all([this.#listeners?.server.close(), this.#listeners?.metrics?.close(), running?.rest()]);
    await running?.close(timeUp);
  }

  async #running(): Promise<Running> {
    // Until then, `listen` has not decided on the public address.
    if (this.#listening !== null) await this.#listening;
    this.#started ??= this.#startAlone().catch((error: unknown) => {
      this.#started = null;
      throw error;
    });
    return this.#started;
  }

  #refuseAfterStop(): void {
    if (this.#stop.signal.aborted) throw new Error('The service was stopped');
  }

  async #startAlone(): Promise<Running> {
    const { config } = this.#design;
    this.#refuseAfterStop();
    const { publicUrl } = config;
    if (publicUrl === null)
      throw new ConfigError(
        'PUBLIC_URL is needed if another server mounts the service: set it to the address at which clients reach the service',
      );
    const keyring = await openKeyring(config);
    this.#refuseAfterStop();
    return this.#open({ keyring, publicUrl, ownUrl: publicUrl, onWaiting: () => {} });
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
