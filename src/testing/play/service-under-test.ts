/** A service of an author's modules for one run: in this process, with a sandbox, its own database, and tasks that the test plays. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../modules/assembly.ts';
import { builtInModules } from '../../modules/built-in.ts';
import type { Module } from '../../modules/module.ts';
import { createService, type Service } from '../../service/service.ts';
import { dropSchema } from '../../store/test-schema.ts';
import { closeIdleConnections } from '../drive/requests.ts';
import { agentKey } from '../participants/outside-parties.ts';
import { HttpClient } from './http-client.ts';
import { Stage } from './stage.ts';

/** A run makes thousands of requests from one machine, which a service in production would refuse. */
const noLimits = 1_000_000;
const testFigures = { wrongPasswordsPerClient: noLimits, wrongPasswordsPerNetwork: noLimits };

/** A run moves the clock by months, and reads sessions that have ended long before. */
const wholeRun = 'P36500D';

/** The start of sessions is not limited to one client. */
export const clientKey = 'model-tests-of-many-sessions';

export interface UnderTest {
  readonly modules: readonly Module[];
  /** Settings by name, such as those that the modules need. */
  readonly config?: Readonly<Record<string, string>>;
  /** Figures that differ from their defaults. */
  readonly figures?: Readonly<Record<string, number>>;
  /** A PostgreSQL database, in which the run has a schema of its own; the embedded database by default. */
  readonly databaseUrl?: string;
}

/** The names of the tasks that run as in production. */
const builtInTasks = new Set(assemble(builtInModules()).taskNames);

/** The services of one run. They share a database and the tasks that the test plays. */
export class ServicesUnderTest {
  readonly stage = new Stage();
  readonly #options: UnderTest;
  readonly #folder: string;
  /** Runs may share a database, at the same time too. Each has a clock and rows of its own. */
  readonly #schema = `model_tests_${randomUUID().replaceAll('-', '')}`;
  #hasSchema = false;
  readonly #running = new Set<Service>();

  private constructor(options: UnderTest, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  static async prepare(options: UnderTest): Promise<ServicesUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'model-tests-'));
    const known = assemble(options.modules).figures;
    const figures = Object.entries({ ...testFigures, ...options.figures }).filter(([name]) => Object.hasOwn(known, name));
    await writeFile(join(folder, 'policy.json'), JSON.stringify(Object.fromEntries(figures)));
    return new ServicesUnderTest(options, folder);
  }

  /** Starts a service. @throws ModuleError, ConfigError */
  async start(): Promise<{ readonly client: HttpClient; stop(): Promise<void> }> {
    const { modules, config = {}, databaseUrl } = this.#options;
    const service = await createService({
      modules: [...modules, this.stage.module()],
      config: {
        SANDBOX: 'true',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent',
        PASSWORD_HASHING: 'light',
        RETENTION: wholeRun,
        ADMIN_KEYS: `desk:${agentKey}`,
        CLIENT_KEYS: `tests:${clientKey}`,
        ...config,
        PORT: '0',
        DATA_DIR: this.#folder,
        POLICY: join(this.#folder, 'policy.json'),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl, SCHEMA: this.#schema }),
      },
      tasks: (handlers, workflows) => this.stage.played(handlers, workflows, builtInTasks),
    });
    this.#running.add(service);
    const { url } = await service.listen();
    this.#hasSchema = databaseUrl !== undefined;
    return {
      client: new HttpClient(url),
      stop: async () => {
        this.#running.delete(service);
        closeIdleConnections();
        await service.stop();
      },
    };
  }

  /** Stops all services, and removes their data. */
  async remove(): Promise<void> {
    closeIdleConnections();
    await Promise.all([...this.#running].map((service) => service.stop()));
    const { databaseUrl } = this.#options;
    if (databaseUrl !== undefined && this.#hasSchema) await dropSchema({ url: databaseUrl, schema: this.#schema });
    await rm(this.#folder, { recursive: true, force: true });
  }
}
