/** The composition: builds a running service from a configuration. Every part is made here and handed to those that need it. */
import { resolve } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { registry } from '../machines/registry.ts';
import type { WorkflowDefinition } from '../machines/workflow.ts';
import { administration, nameOfKey, sessionStaff } from './administration.ts';
import { openChannels } from './channels.ts';
import type { Config } from './config.ts';
import { servedCountries } from './delivery/phone-number.ts';
import { readMachine } from './diagrams/machine-reader.ts';
import { Engine } from './engine/engine.ts';
import { Worker } from './engine/worker.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { openGuesses } from './guesses.ts';
import { createApp } from './http/app.ts';
import { connectionHolder } from './http/client-address.ts';
import { CoverageFile } from './http/diagram-coverage.ts';
import { DiagramFiles, figuresOf } from './http/diagram-files.ts';
import { HttpListener } from './http/listener.ts';
import { Metrics } from './http/metrics.ts';
import { openApiDocument } from './http/openapi.ts';
import { representationOf } from './http/representation.ts';
import { requestOrigins } from './http/request-origins.ts';
import { SessionCounts } from './http/session-counts.ts';
import { cancelSession, type SessionRouteParts } from './http/session-routes.ts';
import { SessionStreams } from './http/session-stream.ts';
import { startingApp } from './http/starting.ts';
import { openAccounts } from './identity.ts';
import { linkingParts, unlinking } from './linking-parts.ts';
import { openLog } from './log.ts';
import { masked } from './masked-details.ts';
import { openMetrics } from './metrics-access.ts';
import { observedProblems } from './problem-observers.ts';
import { sandboxParts } from './sandbox-parts.ts';
import { openKeyring } from './secret-keys.ts';
import { DeviceTokens } from './secrets/device-tokens.ts';
import { SessionIdentities } from './secrets/identities.ts';
import type { Keyring } from './secrets/keyring.ts';
import { PersonalVault } from './secrets/personal-vault.ts';
import { SessionTokens } from './secrets/session-tokens.ts';
import { signedTokens } from './secrets/signed-tokens.ts';
import { Support } from './support.ts';
import { workflowParts } from './workflow-parts.ts';

/** From the signal until what is under way is given up: those who start and stop processes usually wait for half a minute. */
const stopLimitMs = 10_000;

export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** The address of the metrics; null if they have no port of their own. */
  readonly metricsUrl: string | null;
  /** Where its clients reach it. */
  readonly publicUrl: string;
  readonly database: string;
  readonly sandbox: boolean;
  /** Ends it cleanly: what is in flight is answered first. */
  stop(): Promise<void>;
}

/**
 * Starts a service that listens.
 * @param definitions the workflows that it runs
 * @param onWaiting called once if the database can't be used yet, with the address that answers 503 and the reason
 */
export async function startService(
  config: Config,
  definitions: readonly WorkflowDefinition[] = registry,
  onWaiting: (url: string, reason: string) => void = () => {},
): Promise<Service> {
  const log = openLog(config.logLevel);
  const keyring = await openKeyring(config);
  const holderOf = (peer: string | undefined) => connectionHolder(peer, config.trustedProxies);
  const server = await HttpListener.listen(config.host, config.port, holderOf);
  const url = config.publicUrl ?? server.url;
  server.answerWith(startingApp({ publicUrl: url, log }).fetch);
  let metricsServer: HttpListener | null = null;
  try {
    if (config.metricsPort !== null) metricsServer = await HttpListener.listen(config.host, config.metricsPort, holderOf);
    const foundation = await openFoundation({ config, log, definitions, onWaiting: (reason) => onWaiting(server.url, reason) });
    return await serve({ config, log, keyring, server, metricsServer, url, ...foundation });
  } catch (error) {
    await Promise.all([server.close(), metricsServer?.close()]);
    throw error;
  }
}

interface Ground extends Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly keyring: Keyring;
  readonly server: HttpListener;
  /** Null if the metrics have no port of their own. */
  readonly metricsServer: HttpListener | null;
  readonly url: string;
}

async function serve({ config, log, keyring, server, metricsServer, url, ...foundation }: Ground): Promise<Service> {
  const { workflows, store, databaseClock, sandboxClock, stranded } = foundation;
  const clock = sandboxClock ?? databaseClock;
  const now = () => clock.now();
  const worldTime = () => databaseClock.now();

  const tokens = new SessionTokens(keyring);
  const vault = new PersonalVault(keyring);
  const identities = new SessionIdentities(keyring);
  const signed = signedTokens(keyring, url, config.audience ?? url);
  const streams = new SessionStreams();
  const metrics = new Metrics({
    waiting: () => engine.load.count,
    tasks: () => engine.tasks.underWay,
    clockErrorMs: () => databaseClock.errorMs(),
    streams: () => streams.open,
    connections: () => store.connections(),
  });
  const channels = await openChannels({ config, publicUrl: url, store, keyring, now, worldTime, log, observer: metrics });
  const identity = openAccounts({ config, store, keyring, vault, accessTokens: signed.access, now });
  const { accounts, access } = identity;
  const deviceTokens = new DeviceTokens(keyring);
  const guesses = openGuesses({ policy: config.policy, store, keyring });
  const addresses = { publicUrl: url, ownUrl: server.ownUrl };
  const { links, linkValues, openId } = linkingParts({ config, clock: sandboxClock, keyring, store, identity, worldTime, ...addresses });
  const engine: Engine = new Engine({
    workflows,
    store: store.sessions,
    clock,
    ...workflowParts({ config, publicUrl: url, keyring, store, channels, identity, links, linkValues, deviceTokens, guesses, log, now }),
    vault,
    identities,
    log,
    observer: metrics,
  });
  const worker = new Worker({
    engine,
    store: store.sessions,
    clock,
    log,
    observer: metrics,
    retentionMs: config.retentionMs,
    forget: async (at) => {
      await store.budgets.purge(at);
      await store.guesses.purge(at);
      await store.passwordGuesses.purge(at);
      await store.ownerNetworks.purge(at - config.policy.ownerNetworkMs);
      await store.devices.purge(at - config.retentionMs);
      await store.logins.purge(at - config.retentionMs);
    },
  });
  for (const version of stranded) metrics.stranded(version);

  let accepting = true;
  const diagrams = new DiagramFiles(
    packaged('../diagrams'),
    workflows.latest().map(({ name }) => name),
  );
  const login = { loggedIn: (token: string) => access.loggedIn(token), secondFactorMs: config.policy.secondFactorMs, now };
  const agentKey = config.sandbox ? keyring.mac(keyring.currentId, 'sandbox-agent', []).toString('base64url') : null;
  const admin = administration({
    config,
    store,
    accounts,
    guesses,
    accessOf: (accountId, agent) => support.accessOf(accountId, agent),
    cancel: (id) => cancelSession(id, sessions),
    now,
  });
  const sessions: SessionRouteParts = {
    ...login,
    engine,
    workflows: workflows.latest(),
    older: workflows.older(),
    tokens,
    idempotency: (scope, key, body) => identities.idempotency(scope, key, body),
    representation: {
      vault,
      mask: masked,
      sign: (result) => signed.results.sign(result),
      accessToken: (...issued) => access.issue(...issued),
      stands: (completed) => access.stands(completed),
      deviceToken: (session) => deviceTokens.derive(session),
      resultLifetimeMs: config.policy.resultLifetimeMs,
      accessTokenMs: config.policy.accessTokenMs,
      accepted: (of) => engine.accepted(of),
      collectionOf: (workflow) => workflows.latest().find(({ name }) => name === workflow)?.collection ?? null,
      sessionToken: (session) => tokens.derive(session),
      now,
    },
    mayCreate: (key) => config.clientKeys.length === 0 || nameOfKey(config.clientKeys, key ?? '') !== null,
    origin: requestOrigins({ ...config, clientKeyNamed: (key) => nameOfKey(config.clientKeys, key), log }),
    languages: channels.templates.languages,
    accessTokens: access,
    staff: sessionStaff({ config, store, now }, agentKey),
    streams,
  };
  const support = new Support({
    store,
    engine,
    vault,
    representation: ({ workflow, session }) => representationOf(workflow, session, 'owner', sessions.representation),
  });
  const problemParts = observedProblems({ publicUrl: url, log, now, metrics });
  const openedMetrics = openMetrics({ ...problemParts, config, metrics, listener: metricsServer, log });
  const app = createApp({
    ...problemParts,
    sessions,
    admin,
    service: {
      workflows: workflows.latest(),
      diagrams,
      ping: async () => {
        await Promise.all([store.sessions.ping(), store.budgets.ping()]);
      },
      accepting: () => accepting,
      overloaded: () => engine.load.isFull,
      knowsTime: () => databaseClock.isKnown(),
      startsFail: () => engine.load.startsFail,
      publicKeys: () => signed.publicKeys(),
      metrics: openedMetrics,
      openApi: () =>
        openApiDocument(workflows.latest(), {
          publicUrl: url,
          sandbox: config.sandbox,
          ownOpenId: openId !== null,
          clientKeys: config.clientKeys.length > 0,
          administered: config.adminKeys.length > 0,
          metrics: openedMetrics && (openedMetrics.isKey ? 'key' : 'open'),
          version: '0.1.0',
        }),
    },
    me: {
      ...login,
      accounts,
      unlink: unlinking(accounts, engine),
      supportAccesses: (accountId) => support.accesses(accountId),
      logOut: (ended) => access.end(ended).then(() => streams.credentialEnded()),
    },
    oauthCallback: { engine, vault, values: linkValues, serviceName: config.serviceName },
    unlock: { serviceName: config.serviceName, origin: sessions.origin, unlock: (token, origin) => identity.locks.unlock(token, origin) },
    deliveryReports: { engine, publicUrl: url, readers: channels.reportReaders },
    sandbox:
      sandboxClock && agentKey !== null
        ? sandboxParts({ config, store, clock: sandboxClock, worker, engine, channels, identity, guesses, agentKey })
        : null,
    openId,
    diagrams: {
      serviceName: config.serviceName,
      sandbox: config.sandbox,
      workflows: workflows.latest(),
      files: diagrams,
      counts: config.sandbox ? new SessionCounts(() => store.sessions.countByState()) : null,
      coverage: new CoverageFile(resolve('coverage/model.json')),
      figures: (workflow) => figuresOf(readMachine(workflow).transitions),
    },
    pages: { serviceName: config.serviceName, sandbox: config.sandbox },
    play: config.sandbox
      ? {
          serviceName: config.serviceName,
          publicUrl: url,
          workflows: workflows.latest(),
          clientKeys: config.clientKeys.length > 0,
          files: diagrams,
          model: readMachine,
          countries: servedCountries(config.allowedCountries),
          choices: { 'link-providers': links.names },
        }
      : null,
    corsOrigins: config.corsOrigins,
    refreshClock: () => clock.refresh(),
    answered: (...answer) => metrics.answered(...answer),
  });
  worker.start();
  server.answerWith(app.fetch);

  const stop = async (): Promise<void> => {
    const timeUp = after(stopLimitMs, undefined, { ref: false });
    accepting = false;
    streams.closeAll();
    await Promise.all([server.close(), metricsServer?.close(), worker.stop()]);
    await engine.tasks.close(timeUp);
    await channels.close();
    await identity.close();
    databaseClock.stop();
    await store.close();
  };
  return {
    url: server.url,
    metricsUrl: metricsServer?.url ?? null,
    publicUrl: url,
    database: store.description,
    sandbox: config.sandbox,
    stop,
  };
}

/** A file that comes with the package, whatever folder the process was started in. */
function packaged(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
