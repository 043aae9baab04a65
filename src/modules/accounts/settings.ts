/** The settings of accounts. */
import type { SettingsReader } from '../../config/settings.ts';
import { ConfigError, checked } from '../../config/values.ts';

export interface AccountSettings {
  /** Passwords are hashed with little work, for tests with thousands of logins. */
  readonly lightPasswords: boolean;
  /** `required`: every account must have a factor that no imitated page can use. A login without one goes on with its enrolment. */
  readonly phishingResistant: 'offered' | 'required';
}

/** @throws ConfigError for light hashes outside the sandbox, or an unknown policy of factors */
export function accountSettings({ value, sandbox }: SettingsReader): AccountSettings {
  const text = checked(
    'PASSWORD_HASHING',
    value('PASSWORD_HASHING')?.toLowerCase() ?? null,
    'light, or not set',
    (kind) => kind === 'light',
  );
  if (text !== null && !sandbox) throw new ConfigError('PASSWORD_HASHING=light is for the sandbox alone');
  const resistant = checked(
    'PHISHING_RESISTANT',
    value('PHISHING_RESISTANT')?.toLowerCase() ?? null,
    'offered or required',
    (policy) => policy === 'offered' || policy === 'required',
  );
  return { lightPasswords: text !== null, phishingResistant: resistant === 'required' ? 'required' : 'offered' };
}
