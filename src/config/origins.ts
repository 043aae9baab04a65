/** The origins whose pages may call the service: of sites, and of pages inside apps. */
import { canonicalOrigin } from '../http/requests/origin.ts';
import { ConfigError, listOf } from './values.ts';

/** @throws ConfigError that names the origin to write, if the text has one */
export function originsOf(text: string | null): string[] {
  return listOf(text).map((origin) => {
    const canonical = canonicalOrigin(origin) ?? appOrigin(origin);
    if (canonical === null)
      throw new ConfigError(`CORS_ORIGINS: '${origin}' is not an origin such as ${originIn(origin) ?? 'https://app.example.com'}`);
    return canonical;
  });
}

const schemesOfNoApp = ['http:', 'https:', 'ftp:', 'ws:', 'wss:', 'file:'];

/**
 * The origin of pages inside an app: `capacitor://localhost`, `tauri://localhost`, `chrome-extension://…`. A page from a file has the origin
 * `null`, which every sandboxed page has too.
 */
function appOrigin(text: string): string | null {
  if (!URL.canParse(text) || schemesOfNoApp.includes(new URL(text).protocol)) return null;
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(:\d+)?$/.test(text) ? text : null;
}

/** The origin of an address with a path. */
function originIn(text: string): string | null {
  return URL.canParse(text) && !text.includes('*') ? canonicalOrigin(new URL(text).origin) : null;
}
