#!/usr/bin/env node
/** The command `verification-workflows`, for authors of modules. */
import { ConfigError } from './config/values.ts';
import { WorkflowRefused } from './engine/machines/fault.ts';
import { ModuleError } from './modules/module-error.ts';
import { helpOf, type Request, requestOf } from './tools/command-line/request.ts';
import { runCommand } from './tools/command-line/run.ts';
import { Mistake } from './tools/mistake.ts';

async function main(): Promise<void> {
  const request = requestOf(process.argv.slice(2));
  if ('about' in request) process.stdout.write(helpOf(request));
  else await run(request);
}

async function run(request: Request): Promise<void> {
  // The process that started this one, and plays with it, has died.
  if (process.connected) process.on('disconnect', () => process.kill(process.pid, 'SIGTERM')).channel?.unref();
  const code = await runCommand(request, {
    environment: process.env,
    say: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    report: (report) => process.send?.(report),
    self: [...process.execArgv, process.argv[1] ?? ''],
  });
  if (code !== 0) process.exitCode = code;
}

main().catch((error) => {
  const isPlain = [Mistake, ModuleError, WorkflowRefused, ConfigError].some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = isPlain ? 2 : 1;
});
