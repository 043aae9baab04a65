/** How a module reads its settings: by name, from the environment, before anything is opened. */
import type { Value } from './values.ts';

export interface SettingsReader {
  /** A setting; null where it is not set, or empty. */
  readonly value: Value;
  /** Reads a file that a setting names. */
  readonly readFile: (path: string) => string;
  readonly production: boolean;
  readonly sandbox: boolean;
}

/** A connection to another machine. In production it is encrypted, unless the operator allows it by name in `ALLOW_INSECURE`. */
export interface Connection {
  /** The setting with the address. */
  readonly setting: string;
  /** The content that an eavesdropper would read. */
  readonly carries: string;
  /** How to encrypt it. */
  readonly remedy: string;
  readonly isEncrypted: (address: string) => boolean;
}
