/** Runs shell lines of documents. */
import { spawn } from 'node:child_process';

/** @returns the output of the script; rejects if one of its lines fails */
export function runScript(script: string, folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd: folder });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    shell.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    shell.on('error', reject);
    shell.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`The script ended with ${code}:\n${output}`))));
  });
}
