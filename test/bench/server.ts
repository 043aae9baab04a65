/** A service in a process of its own, ours or a yardstick: started as an operator would, and found by the line that tells its address. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processes } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Settings = Readonly<Record<string, string>>;

export interface Server {
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** The first start with the embedded database takes seconds. */
const startLimitMs = 60_000;

/** As long as the service allows itself to finish. */
const endLimitMs = 12_000;

/**
 * The log is written, and discarded by the operating system: logging is a part of the service's cost, the disk is not.
 * @param options of Node's
 */
export function startServer(script: string, settings: Settings, options: readonly string[] = []): Promise<Server> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...options, '--import', 'tsx', script], {
    cwd: root,
    env: { PATH, NODE_ENV: 'production', ...settings },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  processes.add(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async () => {
    child.kill('SIGTERM');
    const killed = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
    await ended;
    clearTimeout(killed);
  };
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
    void ended.then(() => {
      clearTimeout(late);
      reject(new Error(`${script} ended before it listened; start it by hand to see why: ${JSON.stringify(settings)}`));
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /Listening on (\S+)\n/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve({ url, pid: child.pid ?? 0, end });
    });
  });
}
