/** The settings `EMAIL_PROVIDERS`, `SMS_PROVIDERS` and so on, which list the providers of a channel in order. */
import { ConfigError, listOf, type Value } from './values.ts';

/**
 * @param channels the names of all channels
 * @param providers by name, the channels that each provider is configured for
 * @returns by channel, the names of the providers to try, in order
 * @throws ConfigError for a provider that is not configured for the channel
 */
export function providersOf(
  value: Value,
  channels: readonly string[],
  providers: Readonly<Record<string, { readonly channels: readonly string[] }>>,
): Record<string, string[]> {
  const of = (channel: string): string[] => {
    const setting = `${channel.toUpperCase().replaceAll('-', '_')}_PROVIDERS`;
    const text = value(setting);
    const configured = Object.entries(providers).flatMap(([name, { channels: able }]) => (able.includes(channel) ? [name] : []));
    if (text === null) return configured;
    return listOf(text.toLowerCase()).map((wanted) => {
      if (!Object.hasOwn(providers, wanted))
        throw new ConfigError(`${setting} must name some of ${Object.keys(providers).join(', ')}, separated by commas`);
      if (!configured.includes(wanted)) throw new ConfigError(`${setting} names ${wanted}, which is not configured for it`);
      return wanted;
    });
  };
  return Object.fromEntries(channels.map((channel) => [channel, of(channel)]));
}
