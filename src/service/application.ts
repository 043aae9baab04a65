/** The application of a service: every route and page, with the parts that each uses. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import { readMachine } from '../diagrams/machine-reader.ts';
import type { Engine } from '../engine/engine.ts';
import { partiesOf } from '../engine/sessions/access.ts';
import { ownTasksOf } from '../engine/tasks/handlers.ts';
import type { Worker } from '../engine/timers/worker.ts';
import { type AppDeps, createApp } from '../http/app.ts';
import { CoverageFile } from '../http/diagrams/diagram-coverage.ts';
import { DiagramFiles, figuresOf } from '../http/diagrams/diagram-files.ts';
import { SessionCounts } from '../http/diagrams/session-counts.ts';
import { callbackTag, taskCallbackPaths } from '../http/openapi/callback-paths.ts';
import { taskWebhooks } from '../http/openapi/webhooks.ts';
import { openApiDocument } from '../http/openapi-document.ts';
import { sandboxClientPaths, sandboxClientRoutes } from '../http/sandbox/sandbox-client.ts';
import { sandboxTaskPaths, sandboxTaskRoutes } from '../http/sandbox/sandbox-tasks.ts';
import { cancelSession, type SessionRouteDeps } from '../http/sessions/session-routes.ts';
import { taskCallbackRoutes } from '../http/sessions/task-callbacks.ts';
import type { Routes } from '../modules/module.ts';
import { SandboxTime } from '../sandbox/sandbox-time.ts';
import type { Backends } from './backends.ts';
import { openMetrics } from './metrics-access.ts';
import type { OpenedModules } from './opened-modules.ts';
import { ownVersion } from './own-package.ts';
import { observedProblems } from './problem-observers.ts';
import type { ServiceContext } from './service-context.ts';

export interface ApplicationDeps {
  readonly context: ServiceContext;
  readonly modules: OpenedModules;
  readonly backends: Backends;
  readonly engine: Engine;
  readonly worker: Worker;
  readonly sessions: SessionRouteDeps;
  /** False once the service stops. */
  readonly accepting: () => boolean;
}

export function applicationOf(deps: ApplicationDeps): Hono {
  const { context, sessions, modules } = deps;
  const { config, assembly, store, clock, publicUrl, addressOf, log, now, metrics, admins } = context;
  const { problems, workflows } = sessions;
  const { serviceName, sandbox } = config;
  const problemDeps = observedProblems({ publicUrl, problems, log, now, metrics });
  const routes = [...modules.routes(), ...backendRoutes(deps), ...clientRoutes(deps)];
  const files = new DiagramFiles(
    Object.fromEntries(Object.entries(assembly.pictures).map(([workflow, folder]) => [workflow, fileURLToPath(folder)])),
    addressOf,
  );
  return createApp({
    ...problemDeps,
    addressOf,
    sessions,
    routes,
    admin: admins && {
      ...admins,
      sessions: { list: (query) => store.sessions.list(query), cancel: (id) => cancelSession(id, sessions) },
      audit: store.audit,
    },
    service: serviceDepsOf(deps, {
      routes,
      diagrams: files,
      metrics: openMetrics({ ...problemDeps, config, metrics, listener: context.metricsListener, log }),
    }),
    sandbox: sandboxDepsOf(deps),
    diagrams: {
      addressOf,
      serviceName,
      sandbox,
      workflows,
      files,
      counts: sandbox ? new SessionCounts(() => store.sessions.countByState()) : null,
      coverage: new CoverageFile(resolve('coverage/model.json')),
      figures: (workflow) => figuresOf(readMachine(workflow).transitions),
    },
    pages: { serviceName, sandbox, addressOf },
    play: sandbox
      ? {
          serviceName,
          publicUrl,
          addressOf,
          workflows,
          clientKeys: config.clientKeys.length > 0,
          asksBackends: (workflow) => ownTasksOf([workflow]).some(({ own }) => own.kind === 'backend'),
          files,
          model: readMachine,
          choices: modules.choices,
        }
      : null,
    corsOrigins: config.corsOrigins,
    refreshClock: () => clock.refresh(),
    answered: (...answer) => metrics.answered(...answer),
  });
}

/** The routes for answers to tasks, if backends do any. */
function backendRoutes({ context, backends, engine, sessions: { idempotency } }: ApplicationDeps): Routes[] {
  if (Object.keys(context.backends).length === 0) return [];
  const deps = { engine, answers: backends, idempotency };
  const callbacks = { app: taskCallbackRoutes(deps), paths: taskCallbackPaths, webhooks: taskWebhooks, tag: callbackTag };
  const byHand = { app: sandboxTaskRoutes(deps), paths: sandboxTaskPaths, clocked: ['/sandbox/tasks/*'] };
  return context.config.sandbox ? [callbacks, byHand] : [callbacks];
}

/** The key of the sandbox's client, if a workflow has events of clients. */
function clientRoutes({ context: { sandboxClientKey: key }, sessions: { workflows } }: ApplicationDeps): Routes[] {
  if (key === null || !workflows.some((workflow) => partiesOf(workflow).has('client'))) return [];
  return [{ app: sandboxClientRoutes(key), paths: sandboxClientPaths, clocked: ['/sandbox/client'] }];
}

/** The routes about the service itself: readiness, keys, metrics, and its OpenAPI document. */
function serviceDepsOf(
  { context, modules: { resolvers }, engine, sessions, accepting }: ApplicationDeps,
  {
    routes,
    diagrams,
    metrics,
  }: Pick<AppDeps['service'], 'diagrams' | 'metrics'> & { readonly routes: ReturnType<OpenedModules['routes']> },
): AppDeps['service'] {
  const { config, assembly, store, databaseClock, publicUrl, addressOf, signer } = context;
  const { workflows, problems } = sessions;
  return {
    addressOf,
    workflows,
    diagrams,
    ping: async () => {
      await Promise.all([store.sessions.ping(), store.budgets.ping()]);
    },
    accepting,
    overloaded: () => engine.load.isFull,
    knowsTime: () => databaseClock.isKnown(),
    startsFail: () => engine.load.startsFail,
    publicKeys: () => signer.publicKeys(config.resultAlgorithm),
    metrics,
    openApi: () =>
      openApiDocument(workflows, {
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
        metrics: metrics && (metrics.isKey ? 'key' : 'open'),
        version: ownVersion,
      }),
  };
}

/** The clock of the sandbox, which moves everything that is due with it; null outside the sandbox. */
function sandboxDepsOf({ context: { sandboxClock: clock, agentKey, store }, worker }: ApplicationDeps): AppDeps['sandbox'] {
  if (clock === null || agentKey === null) return null;
  const catchUp = async () => {
    await worker.catchUp();
    await worker.purge();
  };
  return { agentKey, time: new SandboxTime({ clock, nextTaskDueAt: (until) => store.sessions.nextTaskDueAt(until), catchUp }) };
}
