/** The settings: the meaning of each, its default, and the one line that refuses each wrong value. */
import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config/config.ts';
import { policyProfiles } from '../support/policy.ts';
import { noFile, read, refusal } from '../support/settings.ts';
import { base64Of, secretOf } from './secrets.ts';

const { seed } = policyProfiles;
const day = 24 * 60 * 60 * 1000;
const strict = {
  ...{ codeLifetimeMs: 6e5, trustedDeviceMs: day, shortestPassword: 15, failuresPerDestination: 100, passwordCountMs: 366 * day },
  ...{ appCodeDriftSteps: 0 },
};
const production = { NODE_ENV: 'production', SECRET_KEYS: `main:${base64Of(7)}` };
const postgres = 'postgres://user:pass@db.example:5432/verification?sslmode=verify-full';
/** Settings that `delivery.test.ts` and `transport.test.ts` cover. */
const delivery = {
  ...{ lightPasswords: false, phishingResistant: 'offered', metricsPort: null, metricsKey: null, linkReturnUrls: [] },
  ...{ trustedProxies: [], allowedCountries: null, twilio: null, webhook: null, codeDomain: null, templatesDir: null },
  providers: { email: [], sms: [], voice: [] },
};

describe('without any settings', () => {
  test('the service is a sandbox on the loopback address', () => {
    expect(read()).toEqual({
      port: 3000,
      host: 'localhost',
      production: false,
      databaseUrl: null,
      dataDir: './data',
      sandbox: true,
      secretKeys: null,
      publicUrl: null,
      audience: null,
      resultAlgorithm: 'EdDSA',
      smtp: null,
      schema: null,
      serviceName: 'Example',
      policy: seed,
      clientKeys: [],
      adminKeys: [],
      corsOrigins: [],
      ...delivery,
      supportUrl: null,
      linkProviders: [],
      retentionMs: 30 * day,
      logLevel: 'info',
    });
  });

  test('an empty setting, or one of spaces, counts as unset', () => {
    const names =
      `PORT HOST NODE_ENV DATABASE_URL DATA_DIR SANDBOX SECRET_KEYS PUBLIC_URL AUDIENCE RESULT_ALGORITHM SMTP_URL MAIL_FROM SERVICE_NAME
      POLICY CLIENT_KEYS CORS_ORIGINS SUPPORT_URL RETENTION LOG_LEVEL TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_FROM TWILIO_VOICE_FROM
      TWILIO_API_URL WEBHOOK_URL WEBHOOK_SECRET EMAIL_PROVIDERS SMS_PROVIDERS VOICE_PROVIDERS ALLOWED_COUNTRIES CODE_DOMAIN TEMPLATES_DIR
      TRUSTED_PROXIES METRICS_PORT METRICS_KEY ALLOW_INSECURE`.split(/\s+/);
    for (const empty of ['', '  ']) expect(read(Object.fromEntries(names.map((name) => [name, empty])))).toEqual(read());
  });
});

test('every setting is read as given, without the spaces around it', () => {
  const config = read({
    ...production,
    PORT: ' 8080 ',
    SCHEMA: ' verification ',
    HOST: '0.0.0.0',
    DATABASE_URL: postgres,
    DATA_DIR: '/var/lib/verification',
    PUBLIC_URL: 'https://verify.example/base//',
    AUDIENCE: 'shop',
    RESULT_ALGORITHM: 'ES256',
    SMTP_URL: 'smtps://user:pass@mail.example:465',
    MAIL_FROM: 'Shop <no-reply@shop.example>',
    SERVICE_NAME: 'Shop',
    POLICY: 'strict',
    CLIENT_KEYS: 'web:abc:def, app.v2:ghi',
    ADMIN_KEYS: 'desk:abcdefghijklmnopqrstuvwx',
    CORS_ORIGINS: 'https://shop.example, http://localhost:5173,',
    SUPPORT_URL: 'mailto:help@shop.example',
    RETENTION: 'P1DT2H3M4.5S',
    LOG_LEVEL: 'warn',
  });
  expect(config).toEqual({
    port: 8080,
    host: '0.0.0.0',
    production: true,
    databaseUrl: postgres,
    dataDir: '/var/lib/verification',
    sandbox: false,
    secretKeys: [{ id: 'main', secret: secretOf(7) }],
    publicUrl: 'https://verify.example/base',
    audience: 'shop',
    resultAlgorithm: 'ES256',
    smtp: { url: 'smtps://user:pass@mail.example:465', from: 'Shop <no-reply@shop.example>' },
    schema: 'verification',
    serviceName: 'Shop',
    policy: policyProfiles.strict,
    clientKeys: [
      { name: 'web', key: 'abc:def' },
      { name: 'app.v2', key: 'ghi' },
    ],
    adminKeys: [{ name: 'desk', key: 'abcdefghijklmnopqrstuvwx' }],
    corsOrigins: ['https://shop.example', 'http://localhost:5173'],
    ...delivery,
    providers: { email: ['smtp'], sms: [], voice: [] },
    supportUrl: 'mailto:help@shop.example',
    linkProviders: [],
    retentionMs: day + (2 * 3600 + 3 * 60 + 4.5) * 1000,
    logLevel: 'warn',
  });
});

describe('a wrong setting is refused in one line that names it', () => {
  const wrong: Readonly<Record<string, readonly string[]>> = {
    PORT: ['http', '-1', '65536', '100000', '3000.5', '0x50', '1e3', '80 81'],
    DATABASE_URL: ['mysql://localhost/x', 'localhost:5432', 'postgres', 'https://db.example'],
    SANDBOX: ['maybe', '1', 'yes'],
    SECRET_KEYS: [
      'nonsense',
      `:${base64Of(1)}`,
      'main:',
      `sp ace:${base64Of(1)}`,
      `main:${base64Of(1)},spare`,
      `${'n'.repeat(33)}:${base64Of(1)}`,
    ],
    PUBLIC_URL: [
      'https://shop.example/?a=b',
      'https://shop.example/#a',
      'verify.example',
      'ftp://verify.example',
      '//verify.example',
      'https://',
    ],
    AUDIENCE: ['https://verify.example/v1/me'],
    RESULT_ALGORITHM: ['RS256', 'ES-256', 'Ed25519', 'none', 'EdDSA,ES256'],
    SMTP_URL: ['mail.example:587', 'http://mail.example', 'smtp'],
    POLICY: ['lax', '/no/such/file.json'],
    CLIENT_KEYS: ['web', 'web:', ':key', 'web:a key', 'web:a,,app', 'web:a,web:b', ',', 'web:sécret'],
    ADMIN_KEYS: ['desk', 'desk:abcdefghijklmnopqrstuvw', 'a:abcdefghijklmnopqrstuvwx,a:bbcdefghijklmnopqrstuvwx'],
    CORS_ORIGINS: [
      '*',
      'null',
      'shop.example',
      'https://shop.example/path',
      'https://*.shop.example,x',
      'https://user@shop.example',
      'https://shop.example?a',
    ],
    SUPPORT_URL: ['help@shop.example', 'javascript:alert(1)', '/help'],
    RETENTION: ['30', '30 days', 'P', 'PT', 'PT23H59M59S', 'P1M', 'P1Y', '-P1D', 'P1DT', 'P36601D'],
    LOG_LEVEL: ['loud', 'warning'],
  };
  const cases = Object.entries(wrong).flatMap(([name, texts]) => texts.map((text) => [name, text] as const));

  test.each(cases)('%s=%s', (name, text) => {
    const line = refusal({ MAIL_FROM: 'no-reply@shop.example', [name]: text });
    expect(line).toMatch(new RegExp(`^${name}\\b[^\\n]{10,}$`));
  });

  test.each([
    ['MAIL_FROM', { SMTP_URL: 'smtp://mail.example' }],
    ['SECRET_KEYS', { NODE_ENV: 'production' }],
    ['SECRET_KEYS', { NODE_ENV: 'production', DATABASE_URL: postgres }],
    ['SANDBOX', { ...production, SANDBOX: 'true' }],
    ['SANDBOX', { ...production, SANDBOX: 'true', DATABASE_URL: postgres }],
  ])('%s with %j', (name, environment) => {
    expect(refusal(environment)).toMatch(new RegExp(`^${name}\\b[^\\n]{10,}$`));
  });

  test.each([
    ['DATABASE_URL', 'mysql://user:hunter2@db.example/x'],
    ['SMTP_URL', 'http://user:hunter2@mail.example'],
    ['SECRET_KEYS', 'main:hunter2'],
    ['SECRET_KEYS', 'hunter2'],
    ['CLIENT_KEYS', 'web:hunter2,hunter2'],
    ['CLIENT_KEYS', 'web:hunter2,web:other'],
  ])('%s=%s, without repeating the secret', (name, text) => {
    const line = refusal({ [name]: text });
    expect(line).toContain(name);
    expect(line).not.toContain('hunter2');
  });
});

describe('PORT', () => {
  test.each([
    ['0', 0],
    ['80', 80],
    ['65535', 65_535],
  ])('%s is a port', (text, port) => {
    expect(read({ PORT: text }).port).toBe(port);
  });
});

describe('POLICY', () => {
  const withFile = (text: string) => read({ POLICY: 'figures.json' }, (path) => (path === 'figures.json' ? text : noFile(path)));
  const refused = (text: string) => refusal({ POLICY: 'figures.json' }, () => text);

  test('seed selects the figures of the product, strict those of the standards', () => {
    expect([read({ POLICY: 'seed' }).policy, read({ POLICY: 'strict' }).policy]).toEqual([seed, { ...seed, ...strict }]);
  });

  test('a file overrides the figures that it names, and no others', () => {
    expect(withFile('{"guessesPerCode":3,"codeLifetimeMs":600000}').policy).toEqual({
      ...seed,
      guessesPerCode: 3,
      codeLifetimeMs: 600_000,
    });
    expect(withFile('{}').policy).toEqual(seed);
    expect(seed.guessesPerCode).toBe(5);
  });

  test.each(Object.keys(seed))('%s alone can be overridden', (name) => {
    // Periods are whole seconds.
    const figure = seed[name as keyof typeof seed] + (name === 'appCodePeriodMs' ? 1000 : 1);
    expect(withFile(JSON.stringify({ [name]: figure })).policy).toEqual({ ...seed, [name]: figure });
  });

  test.each([
    ['a code that lasts no longer than the wait for it', { codeLifetimeMs: seed.setUpResendCooldownMs }, 'setUpResendCooldownMs'],
    ['a login code that lasts no longer than the wait for it', { resendCooldownMs: seed.codeLifetimeMs }, 'resendCooldownMs'],
    ['a session that lasts no longer than a code', { sessionLifetimeMs: seed.codeLifetimeMs }, 'codeLifetimeMs'],
  ])('a file with %s is refused', (_, figures, name) => {
    expect(refused(JSON.stringify(figures))).toMatch(new RegExp(`^POLICY: figures\\.json: ${name} must be shorter than`));
  });

  test.each([
    ['a name that is no figure', '{"guesses":3}', 'guesses'],
    ['a name of every object', '{"__proto__":{"guessesPerCode":3}}', '__proto__'],
    ['a figure in words', '{"guessesPerCode":"3"}', 'guessesPerCode'],
    ['no figure', '{"guessesPerCode":null}', 'guessesPerCode'],
    ['half a guess', '{"guessesPerCode":2.5}', 'guessesPerCode'],
    ['no guesses', '{"guessesPerCode":0}', 'guessesPerCode'],
    ['too many guesses', '{"guessesPerCode":101}', 'guessesPerCode'],
    ['a lifetime in seconds', '{"codeLifetimeMs":600}', 'codeLifetimeMs'],
    ['a lifetime of years', `{"codeLifetimeMs":${367 * day}}`, 'codeLifetimeMs'],
  ])('a file with %s is refused, and the line names it', (_, text, name) => {
    expect(refused(text)).toMatch(new RegExp(`^POLICY: figures\\.json[^\\n]*/${name}: [^\\n]+$`));
  });

  test.each(['', '{', '{"guessesPerCode":3,}', 'seed'])('a file that is not JSON is refused: %j', (text) => {
    expect(refused(text)).toMatch(/^POLICY [^\n]*figures\.json$/);
  });

  test.each(['null', '[]', '3', '"seed"'])('a file that holds no object is refused: %s', (text) => {
    expect(refused(text)).toMatch(/^POLICY[^\n]*figures\.json[^\n]*$/);
  });
});

describe('the sandbox', () => {
  const loopback = ['127.0.0.1', '127.8.0.1', 'localhost', '::1'];
  const reachable = ['0.0.0.0', '::', '10.0.0.5', '192.168.1.20', 'verify.example', '127.0.0.1.example', 'localhost.example'];
  const hosts = [...loopback, ...reachable];
  const combinations = hosts.flatMap((host) =>
    [null, postgres].flatMap((url) => [null, 'development', 'production'].map((mode) => ({ host, url, mode }))),
  );
  const environmentOf = ({ host, url, mode }: (typeof combinations)[number]): Environment => ({
    HOST: host,
    ...(url === null ? {} : { DATABASE_URL: url }),
    ...(mode === null ? {} : { NODE_ENV: mode }),
    ...(mode === 'production' ? { SECRET_KEYS: production.SECRET_KEYS } : {}),
  });

  test.each(combinations)(
    'is on by default only with the embedded database, on a loopback address, outside production: %j',
    (combination) => {
      const { host, url, mode } = combination;
      const expected = loopback.includes(host) && url === null && mode !== 'production';
      expect(read(environmentOf(combination)).sandbox).toBe(expected);
    },
  );

  test.each(combinations)('follows SANDBOX, but is never on in production: %j', (combination) => {
    const environment = environmentOf(combination);
    expect(read({ ...environment, SANDBOX: 'false' }).sandbox).toBe(false);
    if (combination.mode === 'production') expect(refusal({ ...environment, SANDBOX: 'true' })).toMatch(/^SANDBOX=true [^\n]*production/);
    else expect(read({ ...environment, SANDBOX: 'true' }).sandbox).toBe(true);
  });
});
