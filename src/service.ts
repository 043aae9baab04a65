/** The composition: builds a running service from a configuration. Every part is made here and handed to those that need it. */
import { timingSafeEqual } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pino, { type Logger } from 'pino';
import { registry } from '../machines/registry.ts';
import type { WorkflowDefinition } from '../machines/workflow.ts';
import { type Config, ConfigError, secretKeysOf } from './config.ts';
import { deliverCode } from './delivery/deliver-code.ts';
import { maskEmail, normaliseEmail } from './delivery/email-address.ts';
import type { Provider } from './delivery/message.ts';
import { smtpProvider } from './delivery/smtp.ts';
import { readMachine } from './diagrams/machine-reader.ts';
import { DatabaseClock } from './engine/database-clock.ts';
import { Engine } from './engine/engine.ts';
import { ChannelUnavailable } from './engine/errors.ts';
import { reportStranded } from './engine/stranded.ts';
import { Worker } from './engine/worker.ts';
import { Workflows } from './engine/workflows.ts';
import { createApp } from './http/app.ts';
import { CoverageFile } from './http/diagram-coverage.ts';
import { DiagramFiles, figuresOf } from './http/diagram-files.ts';
import { HttpListener } from './http/listener.ts';
import { Metrics } from './http/metrics.ts';
import { openApiDocument } from './http/openapi.ts';
import type { SandboxRouteParts } from './http/sandbox-routes.ts';
import { SessionCounts } from './http/session-counts.ts';
import { SessionStreams } from './http/session-stream.ts';
import { codeResolver } from './resolvers/code.ts';
import { destinationResolver } from './resolvers/destination.ts';
import { inboxProvider } from './sandbox/inbox-provider.ts';
import { SandboxClock } from './sandbox/sandbox-clock.ts';
import { SandboxTime } from './sandbox/sandbox-time.ts';
import { SessionIdentities } from './secrets/identities.ts';
import { secretKeysFile } from './secrets/key-file.ts';
import { Keyring } from './secrets/keyring.ts';
import { OneTimeCodes } from './secrets/one-time-codes.ts';
import { PersonalVault } from './secrets/personal-vault.ts';
import { SessionTokens } from './secrets/session-tokens.ts';
import { SignedResults } from './secrets/signed-results.ts';
import { v7 } from './secrets/uuid.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';
import type { Store } from './store/store.ts';

export interface Service {
  /** Where it listens. */
  readonly url: string;
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
 */
export async function startService(config: Config, definitions: readonly WorkflowDefinition[] = registry): Promise<Service> {
  const log = logger(config);
  const keyring = new Keyring(config.secretKeys ?? secretKeysOf(secretKeysFile(config.dataDir)) ?? []);
  const smtp = smtpOf(config);
  const server = await HttpListener.listen(config.host, config.port);
  const url = config.publicUrl ?? server.url;
  try {
    const store = await openStore(config, log);
    return await serve({ config, log, keyring, smtp, server, url, store, definitions });
  } catch (error) {
    await server.close();
    throw error;
  }
}

interface Foundation {
  readonly config: Config;
  readonly log: Logger;
  readonly keyring: Keyring;
  readonly smtp: Provider | null;
  readonly server: HttpListener;
  readonly url: string;
  readonly store: Store;
  readonly definitions: readonly WorkflowDefinition[];
}

async function serve({ config, log, keyring, smtp, server, url, store, definitions }: Foundation): Promise<Service> {
  const workflows = new Workflows(definitions, config.policy);
  const databaseClock = new DatabaseClock(() => store.sessions.databaseTime());
  await databaseClock.start();
  const sandboxClock = config.sandbox ? new SandboxClock(databaseClock, store.sandbox, store.kind === 'postgres') : null;
  await sandboxClock?.start();
  const clock = sandboxClock ?? databaseClock;
  const now = () => clock.now();

  const codes = new OneTimeCodes(keyring);
  const tokens = new SessionTokens(keyring);
  const vault = new PersonalVault(keyring);
  const identities = new SessionIdentities(keyring);
  const results = new SignedResults(keyring, url, config.audience ?? url);
  const email = emailProvider({ config, smtp, store, now, log });

  const metrics = new Metrics(() => engine.waiting);
  const engine: Engine = new Engine({
    workflows,
    store: store.sessions,
    clock,
    resolvers: {
      code: codeResolver((identity, guess) => codes.matches(identity, guess)),
      destination: destinationResolver((address) => {
        if (email === null) throw new ChannelUnavailable('No provider for email is configured');
        return normaliseEmail(address);
      }),
    },
    handlers: {
      deliverCode: deliverCode({
        codeFor: (identity) => codes.derive(identity),
        email,
        template: { serviceName: config.serviceName, supportUrl: config.supportUrl },
        validForMs: config.policy.codeLifetimeMs,
      }),
    },
    vault,
    identities,
    log,
    observer: metrics,
  });
  const worker = new Worker({ engine, store: store.sessions, clock, log, retentionMs: config.retentionMs });
  await reportStranded(store.sessions, workflows, log);

  let accepting = true;
  const streams = new SessionStreams();
  const diagrams = new DiagramFiles(
    packaged('../diagrams'),
    workflows.latest().map(({ name }) => name),
  );
  const app = createApp({
    sessions: {
      engine,
      workflows: workflows.latest(),
      tokens,
      idempotency: (scope, key, body) => identities.idempotency(scope, key, body),
      representation: {
        vault,
        mask: (personal) => (personal['email'] === undefined ? {} : { email: maskEmail(personal['email']) }),
        sign: (result) => results.sign(result),
        resultLifetimeMs: config.policy.resultLifetimeMs,
        accepted: (of) => engine.accepted(of),
        now,
      },
      mayCreate: (key) => config.clientKeys.length === 0 || config.clientKeys.some((client) => sameText(client.key, key ?? '')),
      streams,
      now,
    },
    service: {
      workflows: workflows.latest(),
      diagrams,
      ping: () => store.sessions.ping(),
      accepting: () => accepting,
      publicKeys: () => results.publicKeys(),
      metrics,
      openApi: () =>
        openApiDocument(workflows.latest(), {
          publicUrl: url,
          sandbox: config.sandbox,
          clientKeys: config.clientKeys.length > 0,
          version: '0.1.0',
        }),
    },
    sandbox: sandboxClock && sandboxParts(store, sandboxClock, worker),
    diagrams: {
      serviceName: config.serviceName,
      sandbox: config.sandbox,
      workflows: workflows.latest(),
      files: diagrams,
      counts: config.sandbox ? new SessionCounts(() => store.sessions.countByState()) : null,
      coverage: new CoverageFile(packaged('../coverage/model.json')),
      figures: (workflow) => figuresOf(readMachine(workflow).transitions),
    },
    pages: { serviceName: config.serviceName, sandbox: config.sandbox, publicUrl: url, workflows: workflows.latest() },
    publicUrl: url,
    corsOrigins: config.corsOrigins,
    log,
    now,
    refreshClock: () => clock.refresh(),
    answered: (...answer) => metrics.answered(...answer),
  });
  worker.start();
  server.answerWith(app.fetch);

  const stop = async (): Promise<void> => {
    accepting = false;
    streams.closeAll();
    await server.close();
    await worker.stop();
    await engine.idle();
    await email?.close();
    databaseClock.stop();
    await store.close();
  };
  return { url: server.url, publicUrl: url, database: store.description, sandbox: config.sandbox, stop };
}

/** A file that comes with the package, whatever folder the process was started in. */
function packaged(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function logger(config: Config): Logger {
  // Standard error: what is said on standard output is for the person at the terminal.
  return pino(
    { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime, errorKey: 'err' },
    pino.destination({ dest: 2, sync: true }),
  );
}

function openStore(config: Config, log: Logger): Promise<Store> {
  return config.databaseUrl === null
    ? openPglite({ folder: config.dataDir })
    : openPostgres({ url: config.databaseUrl, log: (line) => log.warn({ database: 'postgres' }, line) });
}

/** @throws ConfigError when the settings name no server or no sender */
function smtpOf({ smtpUrl, mailFrom }: Config): Provider | null {
  try {
    return smtpUrl === null ? null : smtpProvider({ url: smtpUrl, from: mailFrom });
  } catch (error) {
    throw new ConfigError(`SMTP_URL, MAIL_FROM: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** @returns what email is sent with; null when the service has neither a provider nor the sandbox */
function emailProvider({
  config,
  smtp,
  store,
  now,
  log,
}: Pick<Foundation, 'config' | 'smtp' | 'store' | 'log'> & { now: () => number }): Provider | null {
  if (!config.sandbox) {
    if (smtp === null) log.warn({ channel: 'email' }, 'no provider is configured: what needs email is refused (set SMTP_URL)');
    return smtp;
  }
  return inboxProvider({ records: store.sandbox, now, recipient, newId: () => v7(now()), provider: smtp });
}

/** Two spellings of an address find the same messages. */
function recipient(to: string): string {
  return normaliseEmail(to)?.identity ?? to;
}

function sandboxParts(store: Store, clock: SandboxClock, worker: Worker): SandboxRouteParts {
  return {
    messages: (query) => store.sandbox.messages(query),
    recipient,
    setOutcome: (channel, to, outcome, times) => store.sandbox.setOutcome(channel, to, outcome, times),
    time: new SandboxTime({
      clock,
      nextTaskDueAt: (until) => store.sessions.nextTaskDueAt(until),
      catchUp: async () => {
        await worker.catchUp();
        await worker.purge();
      },
    }),
  };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
