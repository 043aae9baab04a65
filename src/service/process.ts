/** The process of a service: starts the service, prints how to use it, and stops it cleanly. */
import { existsSync } from 'node:fs';
import type { Environment } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import type { Module } from '../modules/module.ts';
import { type Address, createService, type Service } from './service.ts';

/** The exit code for a mistake that only the operator can correct: a setting, or a condition on the machine. */
const exitCodeOfMistake = 2;

export interface ProcessOptions {
  /** The settings by name. */
  readonly config: Environment;
  /** Commands to try in a terminal, one a line, for a service with a sandbox at this address. */
  readonly commands?: (url: string) => readonly string[];
  /** Adds the file to a line about a workflow. */
  readonly located?: (line: string) => string;
}

function explain({ url, metricsUrl, publicUrl, database, sandbox }: Address, commands: readonly string[]): string {
  const lines = [
    `Listening on ${url}`,
    ...(publicUrl === url ? [] : [`Public address: ${publicUrl}`]),
    ...(metricsUrl === null ? [] : [`Metrics: ${metricsUrl}/metrics`]),
    `Database: ${database}`,
  ];
  if (sandbox) {
    lines.push(
      'The sandbox is on: anyone who reaches this address can read all messages and move the clock.',
      '',
      `Open ${url} in a browser: play a workflow, read what arrives, move the clock, and watch its machine.`,
      ...(commands.length === 0 ? [] : ['', 'Or from a terminal:', ...commands.map((command) => `  ${command}`)]),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Printed before the first start, which takes noticeably longer. */
function preparing({ embeddedFolder: dataDir }: Service): string {
  return dataDir !== null && !existsSync(dataDir) ? `Making the embedded database in ${dataDir}: a few seconds, this once\n` : '';
}

/** A system error about an address, with the setting of the address. */
function plainly({ code, syscall, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `${message}: stop the process that listens there, or set another port (PORT, METRICS_PORT)`;
  if (code === 'ENOSPC') return `${message}: the disk is full, make room on it`;
  return syscall === 'getaddrinfo' || code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT' ? `${message}: check HOST` : message;
}

/** Printed while the database is unreachable: the address answers with 503. */
function waiting(url: string, reason: string): void {
  process.stdout.write(`${url} answers 503 until the database can be used: ${reason}\n`);
}

function fail(error: unknown, located: (line: string) => string = (line) => line): never {
  const named = error instanceof Error && ['ModuleError', 'StoreError', 'WorkflowRefused'].includes(error.name);
  const mistake = error instanceof ConfigError || named || (error instanceof Error && 'syscall' in error);
  const plain = mistake || (error instanceof Error && error.name === 'StoreUnavailable');
  const text = plain
    ? plainly(error as NodeJS.ErrnoException)
        .split('\n')
        .map(located)
        .join('\n')
    : stackOf(error);
  process.stderr.write(`${text}\n`);
  process.exit(mistake ? exitCodeOfMistake : 1);
}

function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack : null) ?? String(error);
}

async function run(modules: readonly Module[], { config, commands = () => [] }: ProcessOptions): Promise<void> {
  let service: Service | null = null;
  let stopping = false;
  const stop = (): void => {
    // A second signal asks for an immediate end.
    if (stopping) process.exit(1);
    stopping = true;
    // While the service is still starting, there is nothing to shut down. The handler is needed even so: the first process of a container
    // ignores signals without one.
    if (service === null) process.exit(0);
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const created = await createService({ modules, config });
  process.stdout.write(preparing(created));
  const address = await created.listen({ onWaiting: waiting });
  service = created;
  process.stdout.write(explain(address, commands(address.url)));
}

/**
 * Runs a service in this process until a signal ends it. A mistake in a module or a setting ends the process with exit code 2 and a line
 * that names the mistake; any other failure with 1.
 */
export function runService(modules: readonly Module[], options: ProcessOptions): Promise<void> {
  return run(modules, options).catch((error: unknown) => fail(error, options.located));
}
