/** The device and the locale, which the body of every start may contain. Messages name the device and use the language. */
import type { Personal } from '../engine/ports.ts';

export function deviceAndLocale({ device, locale }: Readonly<Record<string, unknown>>): Personal {
  const { type, name } = typeof device === 'object' && device !== null ? (device as { type?: string; name?: string }) : {};
  return {
    ...(type === undefined ? {} : { deviceType: type }),
    ...(name === undefined ? {} : { deviceName: name }),
    ...(typeof locale === 'string' ? { locale } : {}),
  };
}
