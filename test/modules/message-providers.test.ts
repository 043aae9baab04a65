/** The providers of messages, opened without their settings. */
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/values.ts';
import { messageProviders } from '../../src/modules/messages/providers.ts';

const unset = { settings: { smtp: null, twilio: null, webhook: null } } as unknown as Parameters<typeof messageProviders.smtp.open>[0];

test.each(Object.entries(messageProviders))('%s without its settings is not opened', async (_, provider) => {
  const opened = provider.open(unset);
  await expect(opened).rejects.toThrow(ConfigError);
  await expect(opened).rejects.toThrow(/is not configured$/);
});
