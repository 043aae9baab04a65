/** The ids of sessions, by keyed hashes: an id does not reveal the Idempotency-Key that it stands for. */
import type { SessionIds } from '../engine/ports.ts';
import type { Keyring } from './keyring.ts';
import { v7, v8 } from './uuid.ts';

export class KeyedSessionIds implements SessionIds {
  readonly #keyring: Keyring;
  readonly keyId: string;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
    this.keyId = keyring.currentId;
  }

  fresh(now: number): string {
    return v7(now);
  }

  derived(scope: string, key: string, day: number): readonly string[] {
    return this.#keyring.ids.map((id) => v8(this.#keyring.mac(id, 'start', [scope, key, String(day)])));
  }

  child(keyId: string, taskKey: string): string {
    return v8(this.#keyring.mac(keyId, 'start', ['child', taskKey]));
  }
}
