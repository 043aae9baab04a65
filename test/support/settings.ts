/** Settings read for a test. */
import { type Config, type Environment, readConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-values.ts';

export function noFile(path: string): string {
  throw new Error(`No file ${path}`);
}

export function read(environment: Environment = {}): Config {
  return readConfig(environment, noFile);
}

/** @returns the line that refuses the settings; the empty string when they are taken */
export function refusal(environment: Environment, readFile = noFile): string {
  try {
    readConfig(environment, readFile);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}
