/** A running service: the engine, its modules, and the application that answers requests. */
import type { Hono } from 'hono';
import { normaliseEmail } from '../delivery/email-address.ts';
import { readPhoneNumber } from '../delivery/phone-number.ts';
import { comparableRecipient } from '../delivery/recipient.ts';
import { Engine } from '../engine/engine.ts';
import { ownHandlers } from '../engine/tasks/handlers.ts';
import { Worker } from '../engine/timers/worker.ts';
import { adminGate } from '../http/authentication/admin-keys.ts';
import { representationOf } from '../http/sessions/representation.ts';
import type { SessionRouteDeps } from '../http/sessions/session-routes.ts';
import { dataResolvers } from '../modules/data-resolvers.ts';
import type { Host } from '../modules/host.ts';
import { checkImplementations } from '../modules/implementation-check.ts';
import { messageKey } from '../modules/messages/services.ts';
import type { AddressReaders } from '../resolvers/data.ts';
import { KeyedSessionIds } from '../secrets/session-ids.ts';
import { applicationOf } from './application.ts';
import { Backends } from './backends.ts';
import { hostOf } from './hosting.ts';
import { closeAll, type OpenedModules, openModules } from './opened-modules.ts';
import { checkPrefix } from './prefix-check.ts';
import { contextOf, type RunningDeps, type ServiceContext } from './service-context.ts';
import { sessionDepsOf } from './session-deps.ts';

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

export async function run(deps: RunningDeps): Promise<Running> {
  const { sandboxClock, publicUrl, databaseClock, store } = deps;
  const context = contextOf(deps, () => engine);
  const { agentKey, admins, streams } = context;
  const host = hostOf({
    ...context,
    sandbox: sandboxClock && agentKey !== null ? { clock: sandboxClock, agentKey } : null,
    engine: () => engine,
    represent: ({ workflow, session }) => representationOf(workflow, session, ['owner'], sessions.representation),
    credentialEnded: () => streams.credentialEnded(),
    adminGate: admins && adminGate(admins),
  });
  let engine: Engine;
  let sessions: SessionRouteDeps;
  let accepting = true;
  const opened = await openModules(deps.modules, host);
  const open: { close(): Promise<void> }[] = [opened];
  try {
    const backends = new Backends(context);
    open.unshift(backends);
    const modules = {
      ...opened,
      tasks: { ...opened.tasks, ...backends.handlers },
      resolvers: { ...opened.resolvers, ...dataResolvers(context.workflows.all(), addressReaders(context, host)) },
    };
    engine = engineOf(context, modules);
    const worker = workerOf(context, modules, engine);
    sessions = sessionDepsOf(context, modules, engine);
    checkImplementations(context.workflows, modules, context.assembly);
    const app = applicationOf({ context, modules, backends, engine, worker, sessions, accepting: () => accepting });
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
        await closeAll([{ close: () => engine.tasks.close(timeUp) }, ...open, { close: async () => databaseClock.stop() }, store]);
      },
    };
  } catch (error) {
    await closeAll(open).catch(() => {});
    throw error;
  }
}

/** Numbers are read as the module of messages reads them, which knows the served countries. */
function addressReaders({ assembly }: ServiceContext, host: Host): AddressReaders {
  const sends = assembly.modules.some(({ name }) => name === messageKey.module);
  const number: AddressReaders['number'] = sends
    ? host.use(messageKey).readNumber
    : (text, country) => readPhoneNumber(text, country, null);
  return { email: normaliseEmail, number };
}

function engineOf(context: ServiceContext, modules: OpenedModules): Engine {
  const { workflows, store, clock, vault, results, keyring, log, metrics, replaceTasks } = context;
  const all = workflows.all();
  return new Engine({
    workflows,
    store: store.sessions,
    clock,
    resolvers: modules.resolvers,
    handlers: replaceTasks === null ? modules.tasks : replaceTasks({ ...ownHandlers(all), ...modules.tasks }, all),
    vault,
    results,
    sessionIds: new KeyedSessionIds(keyring),
    log,
    observer: metrics,
    recipient: comparableRecipient,
  });
}

function workerOf({ store, clock, log, metrics, config }: ServiceContext, modules: OpenedModules, engine: Engine): Worker {
  return new Worker({
    engine,
    store: store.sessions,
    clock,
    log,
    observer: metrics,
    retentionMs: config.retentionMs,
    purges: { budgets: (at) => store.budgets.purge(at), ...modules.purges },
  });
}
