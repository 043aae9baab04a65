/** A running service: the engine, its modules, and the application that answers requests. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import { serviceFigures } from '../../machines/service-figures.ts';
import { readMachine } from '../diagrams/machine-reader.ts';
import { Engine } from '../engine/engine.ts';
import { Worker } from '../engine/timers/worker.ts';
import { addressesUnder } from '../http/addresses.ts';
import { createApp } from '../http/app.ts';
import { adminGate } from '../http/authentication/admin-keys.ts';
import { noOwners } from '../http/authentication/logins.ts';
import { CoverageFile } from '../http/diagrams/diagram-coverage.ts';
import { DiagramFiles, figuresOf } from '../http/diagrams/diagram-files.ts';
import { SessionCounts } from '../http/diagrams/session-counts.ts';
import type { HttpListener } from '../http/listener.ts';
import { Metrics } from '../http/monitoring/metrics.ts';
import { openApiDocument } from '../http/openapi-document.ts';
import { Problems } from '../http/problems/problem.ts';
import { requestCallers } from '../http/requests/request-callers.ts';
import { StartCounts } from '../http/requests/start-limits.ts';
import { representationOf } from '../http/sessions/representation.ts';
import { SessionResults } from '../http/sessions/session-results.ts';
import { cancelSession, type SessionRouteDeps } from '../http/sessions/session-routes.ts';
import { SessionStreams } from '../http/sessions/session-stream.ts';
import { checkImplementations } from '../modules/implementation-check.ts';
import { SandboxTime } from '../sandbox/sandbox-time.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { PersonalVault } from '../secrets/personal-vault.ts';
import { RequestFingerprints } from '../secrets/request-fingerprints.ts';
import { KeyedSessionIds } from '../secrets/session-ids.ts';
import { SessionTokens } from '../secrets/session-tokens.ts';
import { SignedResults } from '../secrets/signed-results.ts';
import { TokenSigner } from '../secrets/token-signer.ts';
import { adminsOf, nameOfKey } from './admin-keys.ts';
import type { Design } from './design.ts';
import { figureValues, hostOf } from './hosting.ts';
import { masking } from './masking.ts';
import { openMetrics } from './metrics-access.ts';
import type { OpenStore } from './open-store.ts';
import { closeAll, openModules } from './opened-modules.ts';
import { checkPrefix } from './prefix-check.ts';
import { observedProblems } from './problem-observers.ts';

export interface Running {
  readonly app: Hono;
  readonly database: string;
  /** Makes the service report itself not ready for new requests, and ends the streams. */
  refuse(): void;
  /** Stops waking sessions. */
  rest(): Promise<void>;
  /** Closes everything. @param timeUp resolves when requests and attempts under way are given up */
  close(timeUp: Promise<void>): Promise<void>;
}

export interface RunningDeps extends Design, OpenStore {
  readonly keyring: Keyring;
  /** The address at which clients reach the service. */
  readonly publicUrl: string;
  /** The address at which the service reaches itself. */
  readonly ownUrl: string;
  /** Null if the metrics have no port of their own. */
  readonly metricsListener: HttpListener | null;
}

export async function run(deps: RunningDeps): Promise<Running> {
  const { config, assembly, workflows, store, databaseClock, sandboxClock, stranded, keyring, publicUrl, log, metricsListener } = deps;
  const addressOf = addressesUnder(publicUrl);
  const clock = sandboxClock ?? databaseClock;
  const now = () => clock.now();
  const { resultLifetimeMs, ...startLimits } = figureValues(config.figures, serviceFigures);
  const starts = new StartCounts(startLimits);
  const audience = config.audience ?? publicUrl;
  const signer = new TokenSigner(keyring, publicUrl);
  const tokens = new SessionTokens(keyring);
  const vault = new PersonalVault(keyring);
  const results = new SessionResults({
    vault,
    claims: assembly.claims,
    signer: new SignedResults(signer, audience, config.resultAlgorithm),
    resultLifetimeMs,
    now,
  });
  const fingerprints = new RequestFingerprints(keyring);
  const streams = new SessionStreams();
  const metrics = new Metrics({
    waiting: () => engine.load.count,
    tasks: () => engine.tasks.underWay,
    clockErrorMs: () => databaseClock.errorMs(),
    streams: () => streams.open,
    connections: () => store.connections(),
  });
  for (const version of stranded) metrics.stranded(version);

  const agentKey = config.sandbox ? keyring.mac(keyring.currentId, 'sandbox-agent', []).toString('base64url') : null;
  const admins = adminsOf(config.adminKeys, { store, now });
  const agents = agentKey === null ? config.adminKeys : [...config.adminKeys, { name: 'the sandbox', key: agentKey }];
  const caller = requestCallers({ ...config, clientKeyNamed: (key) => nameOfKey(config.clientKeys, key), log });
  const host = hostOf({
    ...deps,
    addressOf,
    sandbox: sandboxClock && agentKey !== null ? { clock: sandboxClock, agentKey } : null,
    now,
    signer,
    audience,
    vault,
    engine: () => engine,
    metrics,
    represent: ({ workflow, session }) => representationOf(workflow, session, 'owner', sessions.representation),
    caller,
    credentialEnded: () => streams.credentialEnded(),
    adminGate: admins && adminGate(admins),
  });
  const modules = await openModules(deps.modules, host);
  const { resolvers, tasks } = modules;
  checkImplementations(workflows, modules, assembly);
  const engine = new Engine({
    workflows,
    store: store.sessions,
    clock,
    resolvers,
    handlers: tasks,
    vault,
    results,
    sessionIds: new KeyedSessionIds(keyring),
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
    purges: { budgets: (at) => store.budgets.purge(at), ...modules.purges },
  });

  let accepting = true;
  const latest = workflows.latest();
  const diagrams = new DiagramFiles(
    Object.fromEntries(Object.entries(assembly.pictures).map(([workflow, folder]) => [workflow, fileURLToPath(folder)])),
    addressOf,
  );
  const owners = modules.owners ?? noOwners;
  const sessions: SessionRouteDeps = {
    loggedIn: owners.loggedIn,
    secondFactorMs: owners.secondFactorMs,
    now,
    engine,
    workflows: latest,
    older: workflows.older(),
    tokens,
    idempotency: (scope, key, body) => fingerprints.of(scope, key, body),
    representation: {
      addressOf,
      vault,
      mask: masking(assembly.details),
      results,
      accessToken: (...issued) => owners.issue(...issued),
      stands: (completed) => owners.stands(completed),
      deviceToken: (session) => owners.deviceToken(session),
      accessTokenMs: owners.accessTokenMs,
      accepted: (of) => engine.accepted(of),
      collectionOf: (workflow) => latest.find(({ name }) => name === workflow)?.collection ?? null,
      sessionToken: (session) => tokens.derive(session),
      now,
    },
    mayCreate: (key) => config.clientKeys.length === 0 || nameOfKey(config.clientKeys, key ?? '') !== null,
    caller,
    countStart: (starter) => starts.count(starter, now()),
    languages: modules.languages,
    accessTokens: owners,
    agents: adminsOf(agents, { store, now }),
    streams,
    log,
    problems: new Problems(assembly.refusals),
  };
  const { problems } = sessions;
  const problemDeps = observedProblems({ publicUrl, problems, log, now, metrics });
  const openedMetrics = openMetrics({ ...problemDeps, config, metrics, listener: metricsListener, log });
  const routes = modules.routes();
  const app = createApp({
    ...problemDeps,
    addressOf,
    sessions,
    routes,
    admin: admins && {
      ...admins,
      sessions: { list: (query) => store.sessions.list(query), cancel: (id) => cancelSession(id, sessions) },
      audit: store.audit,
    },
    service: {
      addressOf,
      workflows: latest,
      diagrams,
      ping: async () => {
        await Promise.all([store.sessions.ping(), store.budgets.ping()]);
      },
      accepting: () => accepting,
      overloaded: () => engine.load.isFull,
      knowsTime: () => databaseClock.isKnown(),
      startsFail: () => engine.load.startsFail,
      publicKeys: () => signer.publicKeys(config.resultAlgorithm),
      metrics: openedMetrics,
      openApi: () =>
        openApiDocument(latest, {
          publicUrl,
          addressOf,
          problems,
          refusalsOf: (resolver) => resolvers[resolver]?.refusals ?? [],
          routes,
          channels: Object.keys(assembly.channels),
          sandbox: config.sandbox,
          owners: assembly.hasOwners,
          clientKeys: config.clientKeys.length > 0,
          admins: config.adminKeys.length > 0,
          metrics: openedMetrics && (openedMetrics.isKey ? 'key' : 'open'),
          version: '0.1.0',
        }),
    },
    sandbox:
      sandboxClock && agentKey !== null
        ? {
            agentKey,
            time: new SandboxTime({
              clock: sandboxClock,
              nextTaskDueAt: (until) => store.sessions.nextTaskDueAt(until),
              catchUp: async () => {
                await worker.catchUp();
                await worker.purge();
              },
            }),
          }
        : null,
    diagrams: {
      addressOf,
      serviceName: config.serviceName,
      sandbox: config.sandbox,
      workflows: latest,
      files: diagrams,
      counts: config.sandbox ? new SessionCounts(() => store.sessions.countByState()) : null,
      coverage: new CoverageFile(resolve('coverage/model.json')),
      figures: (workflow) => figuresOf(readMachine(workflow).transitions),
    },
    pages: { serviceName: config.serviceName, sandbox: config.sandbox, addressOf },
    play: config.sandbox
      ? {
          serviceName: config.serviceName,
          publicUrl,
          addressOf,
          workflows: latest,
          clientKeys: config.clientKeys.length > 0,
          files: diagrams,
          model: readMachine,
          choices: modules.choices,
        }
      : null,
    corsOrigins: config.corsOrigins,
    refreshClock: () => clock.refresh(),
    answered: (...answer) => metrics.answered(...answer),
  });
  checkPrefix(publicUrl, app);
  worker.start();
  return {
    app,
    database: store.description,
    refuse: () => {
      accepting = false;
      streams.closeAll();
    },
    rest: () => worker.stop(),
    close: async (timeUp) => {
      await closeAll([{ close: () => engine.tasks.close(timeUp) }, modules, { close: async () => databaseClock.stop() }, store]);
    },
  };
}
