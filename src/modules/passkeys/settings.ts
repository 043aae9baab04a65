/** The settings of passkeys: the domain that browsers keep them for, and the pages that may use them. */
import type { SettingsReader } from '../../config/settings.ts';
import { ConfigError, checked, listOf } from '../../config/values.ts';
import { belongsTo, isAppOrigin, isDomain, type RelyingParty } from '../../passkeys/relying-party.ts';
import type { Host } from '../host.ts';

export interface PasskeySettings {
  /** Null: the host of PUBLIC_URL. */
  readonly rpId: string | null;
  /** Null: the origin of PUBLIC_URL. */
  readonly rpOrigins: readonly string[] | null;
}

/** @throws ConfigError */
export function passkeySettings({ value }: SettingsReader): PasskeySettings {
  const rpId = checked('RP_ID', value('RP_ID')?.toLowerCase() ?? null, 'a domain such as example.com, and no address', isDomain);
  const origins = value('RP_ORIGINS');
  return { rpId, rpOrigins: origins === null ? null : listOf(origins).map(originOf) };
}

function originOf(text: string): string {
  if (isAppOrigin(text)) return text;
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.href !== `${url.origin}/` || text.includes('*')) {
    const origin = url === null || text.includes('*') ? 'https://app.example.com' : url.origin;
    throw new ConfigError(`RP_ORIGINS: '${text}' is not an origin such as ${origin}`);
  }
  return url.origin;
}

/** @throws ConfigError if browsers would refuse the passkeys of an origin */
export function relyingPartyOf({ rpId, rpOrigins }: PasskeySettings, { publicUrl, serviceName, log }: Host): RelyingParty {
  const own = new URL(publicUrl);
  const id = rpId ?? own.hostname;
  const origins = rpOrigins ?? [own.origin];
  const strange = origins.find((origin) => !belongsTo(origin, id));
  if (strange === undefined) return { id, origins, name: serviceName };
  // Without its own settings, a service at an IP address has every other way to log in.
  if (rpId === null && rpOrigins === null) {
    log.warn({ publicUrl }, 'Passkeys do not work here: browsers need https:// and a domain. Set PUBLIC_URL, or RP_ID and RP_ORIGINS');
    return { id, origins, name: serviceName };
  }
  const setting = rpOrigins === null ? 'RP_ORIGINS is needed: the origin of PUBLIC_URL,' : 'RP_ORIGINS:';
  throw new ConfigError(`${setting} '${strange}' is no https:// page of RP_ID ${id} or of its subdomains`);
}
