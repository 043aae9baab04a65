/** The process of a service: starts the service, says how to use it, and ends it cleanly. */
import { existsSync } from 'node:fs';
import type { Environment } from '../config/config.ts';
import { ConfigError } from '../config/values.ts';
import type { Module } from '../modules/module.ts';
import { type Address, createService, type Service } from './service.ts';

/** A setting, or something at the place where the service should run, that only its operator can put right. */
const exitCodeOfMistake = 2;

export interface ProcessOptions {
  /** The settings, by name. */
  readonly config: Environment;
  /** Commands to try in a terminal, a line each, for a service at this address with a sandbox. */
  readonly commands?: (url: string) => readonly string[];
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
      'The sandbox is on: messages go to an inbox that anyone who reaches this address can read, and the clock is the caller’s.',
      '',
      `Open ${url} in a browser: play a workflow, read what arrives, move the clock, and watch its machine.`,
      ...(commands.length === 0 ? [] : ['', 'Or from a terminal:', ...commands.map((command) => `  ${command}`)]),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Said before the one start that takes longer than a breath. */
function preparing({ embeddedFolder: dataDir }: Service): string {
  return dataDir !== null && !existsSync(dataDir) ? `Making the embedded database in ${dataDir}: a few seconds, this once\n` : '';
}

/** An error of the operating system about an address, with the setting that names the address. */
function plainly({ code, syscall, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return `${message}: stop the process that listens there, or set another port (PORT, METRICS_PORT)`;
  if (code === 'ENOSPC') return `${message}: the disk is full, make room on it`;
  return syscall === 'getaddrinfo' || code === 'EADDRNOTAVAIL' ? `${message}: check HOST` : message;
}

/** Printed while the database is away: the address answers, with 503. */
function waiting(url: string, reason: string): void {
  process.stdout.write(`${url} answers 503 until the database can be used: ${reason}\n`);
}

function fail(error: unknown): never {
  const named = error instanceof Error && ['ModuleError', 'StoreError', 'WorkflowRefused'].includes(error.name);
  const mistake = error instanceof ConfigError || named || (error instanceof Error && 'syscall' in error);
  const plain = mistake || (error instanceof Error && error.name === 'StoreUnavailable');
  process.stderr.write(`${plain ? plainly(error as NodeJS.ErrnoException) : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(mistake ? exitCodeOfMistake : 1);
}

async function run(modules: readonly Module[], { config, commands = () => [] }: ProcessOptions): Promise<void> {
  let service: Service | null = null;
  let stopping = false;
  const stop = (): void => {
    // A second signal means that whoever sent it does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    // Before it serves there is nothing to end. Heard all the same: the first process of a container ignores what it does not listen for.
    if (service === null) process.exit(0);
    service.stop().then(() => process.exit(0), fail);
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
 * Runs a service as this process until a signal ends it. A mistake in a module or a setting ends the
 * process with exit code 2 and a line that names it; any other failure with 1.
 */
export function runService(modules: readonly Module[], options: ProcessOptions): Promise<void> {
  return run(modules, options).catch(fail);
}
