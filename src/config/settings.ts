/** The reader through which modules get their settings from the environment, before the service opens anything. */
import type { Value } from './values.ts';

export interface SettingsReader {
  /** The value of a setting; null if it is missing or empty. */
  readonly value: Value;
  /** Reads a file whose path is the value of a setting. */
  readonly readFile: (path: string) => string;
  readonly production: boolean;
  readonly sandbox: boolean;
  /** True if the operator allows a connection to reach private networks, by its name in `ALLOW_PRIVATE`. */
  readonly allowsPrivate: (connection: string) => boolean;
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
  /** The service sends HTTP requests there. An address in a private network must be allowed by name in `ALLOW_PRIVATE`. */
  readonly isOutbound?: true;
}
