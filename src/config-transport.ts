/** Settings that connect to other machines. In production these connections are encrypted, unless the operator allows one by name. */
import { ConfigError, isLoopback, listOf, type Value } from './config-values.ts';
import { isEncryptedSmtp } from './delivery/smtp.ts';
import { isEncryptedPostgres } from './store/postgres.ts';

/** By the name in `ALLOW_INSECURE`: the setting, the content of its connection, and the way to encrypt it. */
const settings = {
  database: { name: 'DATABASE_URL', carries: 'sealed details and hashes', remedy: 'add ?sslmode=verify-full' },
  'public-url': { name: 'PUBLIC_URL', carries: 'passwords, codes and tokens', remedy: 'use https://' },
  smtp: { name: 'SMTP_URL', carries: 'codes', remedy: 'use smtps://, or add ?requireTLS=true' },
  twilio: { name: 'TWILIO_API_URL', carries: 'codes', remedy: 'use https://' },
  webhook: { name: 'WEBHOOK_URL', carries: 'codes', remedy: 'use https://' },
  'support-url': { name: 'SUPPORT_URL', carries: 'people who need help', remedy: 'use https://' },
  cors: { name: 'CORS_ORIGINS', carries: 'pages that show tokens', remedy: 'use https:// origins' },
} as const;

type Insecure = keyof typeof settings;

const names = Object.keys(settings) as Insecure[];

const encrypted: Readonly<Record<Insecure, (text: string) => boolean>> = {
  database: (url) => isEncryptedPostgres(url, isLoopback),
  'public-url': isEncryptedHttp,
  smtp: isEncryptedSmtp,
  twilio: isEncryptedHttp,
  webhook: isEncryptedHttp,
  'support-url': isEncryptedHttp,
  cors: (origins) => listOf(origins).every(isEncryptedHttp),
};

/** @throws ConfigError in production, for an unencrypted connection to another machine */
export function refuseInsecure(value: Value, production: boolean): void {
  const meant = listOf(value('ALLOW_INSECURE'));
  const unknown = meant.find((name) => !names.some((known) => known === name));
  if (unknown !== undefined) throw new ConfigError(`ALLOW_INSECURE must name some of ${names.join(', ')}, separated by commas`);
  if (!production) return;
  for (const name of names) {
    const { name: setting, carries, remedy } = settings[name];
    const text = value(setting);
    if (text === null || meant.includes(name) || encrypted[name](text)) continue;
    throw new ConfigError(
      `${setting} is not encrypted on its way to another machine, and carries ${carries}: ${remedy}, or allow it with ALLOW_INSECURE=${name}`,
    );
  }
}

/** A loopback connection has no third party on its path. */
function isEncryptedHttp(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol !== 'http:' || isLoopback(hostname);
}
