/** The compared services: ours, and the yardsticks. Each sends its codes to the same receiver. */
import { fileURLToPath } from 'node:url';
import { type Server, type Settings, startServer } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ourMain = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Connections to the database that each may open: the default of our service. */
const poolSize = 10;

/** The load comes from one address, and requests as many codes as the service can send. */
const policy = fileURLToPath(new URL('policy.json', import.meta.url));

/** A key without value: the database that it protects is deleted after the run. */
export const secretKey = Buffer.alloc(32, 'benchmark').toString('base64');

const webhookSecret = `whsec_${secretKey}`;

export interface ServicePlace {
  readonly databaseUrl: string;
  readonly sinkUrl: string;
}

/** Settings as in production, without the sandbox. */
function production(sinkUrl: string): Settings {
  return {
    PORT: '0',
    SANDBOX: 'false',
    POLICY: policy,
    SECRET_KEYS: `bench:${secretKey}`,
    PUBLIC_URL: 'https://verify.example.com',
    WEBHOOK_URL: sinkUrl,
    WEBHOOK_SECRET: webhookSecret,
    EMAIL_PROVIDERS: 'webhook',
  };
}

/** @param options of Node's */
export function startOurs({ databaseUrl, sinkUrl }: ServicePlace, options: readonly string[] = []): Promise<Server> {
  return startServer(ourMain, { ...production(sinkUrl), DATABASE_URL: databaseUrl }, options);
}

/** Our service with the embedded database, in a temporary folder. */
export async function startOursEmbedded(sinkUrl: string): Promise<Server> {
  const folder = temporaryFolder('pglite');
  try {
    const server = await startServer(ourMain, { ...production(sinkUrl), DATA_DIR: folder.path });
    return { ...server, end: () => server.end().finally(folder.remove) };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

export function startHandWritten(place: ServicePlace): Promise<Server> {
  return startServer(fileURLToPath(new URL('yardsticks/hand-written.ts', import.meta.url)), yardstick(place));
}

export function startActors(place: ServicePlace): Promise<Server> {
  return startServer(fileURLToPath(new URL('yardsticks/actors.ts', import.meta.url)), yardstick(place));
}

export function startBare(answer: string): Promise<Server> {
  return startServer(fileURLToPath(new URL('yardsticks/bare-endpoint.ts', import.meta.url)), { ANSWER: answer });
}

function yardstick({ databaseUrl, sinkUrl }: ServicePlace): Settings {
  return {
    DATABASE_URL: databaseUrl,
    WEBHOOK_URL: sinkUrl,
    WEBHOOK_SECRET: webhookSecret,
    SECRET_KEY: secretKey,
    POOL_SIZE: String(poolSize),
  };
}
