/** The settings of accounts. */
import type { SettingsReader } from '../../config/settings.ts';
import { ConfigError, checked } from '../../config/values.ts';

export interface AccountSettings {
  /** Passwords are hashed with little work, for tests with thousands of logins. */
  readonly lightPasswords: boolean;
}

/** @throws ConfigError for light hashes outside the sandbox */
export function accountSettings({ value, sandbox }: SettingsReader): AccountSettings {
  const text = checked(
    'PASSWORD_HASHING',
    value('PASSWORD_HASHING')?.toLowerCase() ?? null,
    'light, or not set',
    (kind) => kind === 'light',
  );
  if (text !== null && !sandbox) throw new ConfigError('PASSWORD_HASHING=light is for the sandbox alone');
  return { lightPasswords: text !== null };
}
