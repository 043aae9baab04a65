/** What every start may say besides its subject: the device and the language that a message may name. */
import type { Personal } from '../engine/ports.ts';

export function circumstances({ device, locale }: Readonly<Record<string, unknown>>): Personal {
  const { type, name } = typeof device === 'object' && device !== null ? (device as { type?: string; name?: string }) : {};
  return {
    ...(type === undefined ? {} : { deviceType: type }),
    ...(name === undefined ? {} : { deviceName: name }),
    ...(typeof locale === 'string' ? { locale } : {}),
  };
}
