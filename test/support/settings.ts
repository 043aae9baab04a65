/** Settings read for a test, as the built-in modules read them. */
import type { Config, Environment } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/values.ts';
import type { AccountSettings } from '../../src/modules/accounts/settings.ts';
import { builtInModules } from '../../src/modules/built-in.ts';
import type { LinkingSettings } from '../../src/modules/linking/settings.ts';
import type { MessageSettings } from '../../src/modules/messages/settings.ts';
import { type Design, settle } from '../../src/service/design.ts';
import type { Policy } from './policy.ts';

export interface ReadSettings extends Omit<Config, 'figures'>, AccountSettings, MessageSettings {
  readonly policy: Policy;
  readonly providers: Design['providersOf'];
  readonly linkProviders: LinkingSettings['providers'];
  readonly linkReturnUrls: LinkingSettings['returnUrls'];
}

export function noFile(path: string): string {
  throw new Error(`No file ${path}`);
}

export function read(environment: Environment = {}, readFile = noFile): ReadSettings {
  const { config, modules, providersOf } = settle({ modules: builtInModules(), config: environment, readFile });
  const { figures, ...own } = config;
  const of = <Settings>(name: string) => modules.find((module) => module.name === name)?.settings as Settings;
  const linking = of<LinkingSettings>('linking');
  return {
    ...own,
    policy: figures as Policy,
    providers: providersOf,
    ...of<MessageSettings>('messages'),
    ...of<AccountSettings>('accounts'),
    linkProviders: linking.providers,
    linkReturnUrls: linking.returnUrls,
  };
}

/** @returns the line that refuses the settings; the empty string if they are accepted */
export function refusal(environment: Environment, readFile = noFile): string {
  try {
    read(environment, readFile);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}
