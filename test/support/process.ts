/** The real process, started as by an operator, and killed as by an accident. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { entry } from '../../src/build/build.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Settings = Readonly<Record<string, string>>;

export interface ChildService {
  readonly url: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Sends the signal. @returns the exit code once it has ended */
  end(signal: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** SIGKILL: the process can send nothing more. Resolves when it is gone. */
  kill(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<number | null>;
}

/** Starts the service in another process, and waits until it prints its address. */
export function startChild(settings: Settings): Promise<ChildService> {
  return served(run(settings));
}

/** The same for a service of other modules. @param file with the modules, in TypeScript, from the root of the repository */
export function startChildOf(file: string, settings: Settings): Promise<ChildService> {
  return served(run(settings, ['--import', 'tsx', 'src/command.ts', 'start', file]));
}

function served(running: Running): Promise<ChildService> {
  const { child, output } = running;
  return new Promise((resolve, reject) => {
    void running.ended.then((code) => reject(new Error(`The service ended with ${code} before it listened:\n${output.stderr}`)));
    child.stdout?.on('data', () => {
      const url = /Listening on (\S+)\n/.exec(output.stdout)?.[1];
      if (url === undefined) return;
      resolve({
        url,
        pid: child.pid ?? 0,
        stdout: () => output.stdout,
        stderr: () => output.stderr,
        end: (signal) => endedBy(signal, running),
        kill: async () => {
          child.kill('SIGKILL');
          await running.ended;
        },
      });
    });
  });
}

/** A service that already answers, but has no database yet. */
export interface WaitingService {
  readonly url: string;
  /** Rejects if the process ends before it serves. */
  readonly serving: Promise<ChildService>;
  end(signal: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
}

function endedBy(signal: 'SIGTERM' | 'SIGINT', { child, ended }: Running): Promise<number | null> {
  child.kill(signal);
  return ended;
}

/** Starts the service in its own process, and waits until it reports that it waits for its database. */
export function startWaiting(settings: Settings): Promise<WaitingService> {
  const running = run(settings);
  const serving = served(running);
  serving.catch(() => {});
  return new Promise((resolve, reject) => {
    void running.ended.then(() => reject(new Error(`The service ended:\n${running.output.stderr}`)));
    running.child.stdout?.on('data', () => {
      const url = /^(\S+) answers 503 until /m.exec(running.output.stdout)?.[1];
      if (url !== undefined) resolve({ url, serving, end: (signal) => endedBy(signal, running) });
    });
  });
}

/** Runs a service that is expected to end by itself. */
export async function runToEnd(settings: Settings): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { output, ended } = run(settings);
  return { code: await ended, ...output };
}

/** Starts a service and sends it the signal at some moment before it serves. @returns its exit code; null if the signal killed it */
export async function startThenEnd(settings: Settings, signal: 'SIGTERM' | 'SIGINT', moment: Promise<unknown>): Promise<number | null> {
  const { child, ended } = run(settings);
  await moment;
  child.kill(signal);
  return ended;
}

function run(settings: Settings, command: readonly string[] = [entry]): Running {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output, ended };
}
