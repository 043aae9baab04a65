/** Recognises admins by their keys. */
import { equalsInConstantTime } from '../common/constant-time.ts';
import type { Config } from '../config/config.ts';
import type { AdminGateDeps } from '../http/authentication/admin-keys.ts';
import { v7 } from '../secrets/uuid.ts';
import type { Store } from '../store/store.ts';

export interface AdminKeyDeps {
  readonly store: Store;
  readonly now: () => number;
}

/** @returns the gate for admins with these keys; null without keys */
export function adminsOf(keys: Config['adminKeys'], { store, now }: AdminKeyDeps): AdminGateDeps | null {
  if (keys.length === 0) return null;
  return { keyNamed: (key) => nameOfKey(keys, key), audit: store.audit, newId: () => v7(now()), now };
}

/** Compares every key in constant time. */
export function nameOfKey(keys: Config['adminKeys'], text: string): string | null {
  let found: string | null = null;
  for (const { name, key } of keys) if (equalsInConstantTime(key, text)) found = name;
  return found;
}
