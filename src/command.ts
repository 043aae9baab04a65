#!/usr/bin/env node
/** The command `verification-workflows`, for authors of modules. */
import { runCommandLine } from './tools/command-line/run.ts';

// The process that started this one, and plays with it, has died.
if (process.connected) process.on('disconnect', () => process.kill(process.pid, 'SIGTERM')).channel?.unref();

const code = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  say: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  report: (report) => process.send?.(report),
  self: [...process.execArgv, process.argv[1] ?? ''],
});
if (code !== 0) process.exitCode = code;
