/** Settings as tools and people write them: quotes, byte order marks, passwords with signs, origins of apps, and spellings of addresses. */
import { describe, expect, test } from 'vitest';
import { read, refusal } from '../support/settings.ts';

describe('quotes that a tool has kept', () => {
  test.each([
    ['PORT', '"8080"', 'port', 8080],
    ['SERVICE_NAME', "'Acme Shop'", 'serviceName', 'Acme Shop'],
    ['SERVICE_NAME', ' " Acme " ', 'serviceName', 'Acme'],
    ['SERVICE_NAME', '"Tom\'s"', 'serviceName', "Tom's"],
    ['LOG_LEVEL', '"warn"\r', 'logLevel', 'warn'],
    ['CORS_ORIGINS', '"https://a.example,https://b.example"', 'corsOrigins', ['https://a.example', 'https://b.example']],
    ['LOG_LEVEL', '""', 'logLevel', 'info'],
  ] as const)('are removed from %s=%s', (name, text, setting, value) => {
    expect(read({ [name]: text })[setting]).toEqual(value);
  });

  test('count for every decision, so that a quoted production is one', () => {
    expect(refusal({ NODE_ENV: '"production"' })).toMatch(/^SECRET_KEYS is needed/);
    expect(read({ SANDBOX: "'false'" }).sandbox).toBe(false);
  });

  test('are removed from around JSON', () => {
    const providers = [{ name: 'acme', issuer: 'https://login.acme.example', clientId: 'us', clientSecret: 'between us' }];
    expect(read({ OIDC_PROVIDERS: `'${JSON.stringify(providers)}'` }).linkProviders).toEqual(providers);
  });

  test.each(['"Acme" <no-reply@acme.example>', 'Acme "the shop" <no-reply@acme.example>', `"Tom" "O'Neil" <tom@acme.example>`, '"'])(
    'are kept within a value: %s',
    (from) => {
      expect(read({ SERVICE_NAME: from }).serviceName).toBe(from);
    },
  );
});

describe('a byte order mark', () => {
  test('before the first name of a file of settings is no part of the name', () => {
    expect(read({ '\uFEFFPORT': '8080' }).port).toBe(8080);
    expect(read({ '\uFEFFPORT': '8080', PORT: '9090' }).port).toBe(9090);
  });

  test('before a policy file is no part of its JSON, nor are line ends of Windows', () => {
    const { policy } = read({ POLICY: 'policy.json' }, () => '\uFEFF{\r\n  "guessesPerCode": 3\r\n}\r\n');
    expect(policy.guessesPerCode).toBe(3);
  });

  test('of UTF-16 makes a policy file unreadable, and the line says so', () => {
    const utf16 = Buffer.from('\uFEFF{}', 'utf16le').toString('utf8');
    expect(refusal({ POLICY: 'policy.json' }, () => utf16)).toBe(
      'POLICY must be seed, strict, or a readable JSON file in UTF-8: policy.json',
    );
  });
});

describe('a password in a URL', () => {
  const settings = ['SMTP_URL', 'DATABASE_URL'] as const;
  const urlOf = (name: (typeof settings)[number], rest: string) => `${name === 'SMTP_URL' ? 'smtp' : 'postgres'}://${rest}`;
  const advice = 'in the user and the password, write / as %2F, ? as %3F, # as %23 and % as %25 (percent-encoding)';

  describe.each(settings)('of %s', (name) => {
    test.each([
      'user:hunter2/x@server.example',
      'user:12/hunter2@server.example:587',
      'user:hunter2?x@server.example',
      'user:hunter2#x@server.example',
      'user:12#hunter2@server.example',
      'user@corp.example:hunter2/x@server.example',
    ])('that ends the host early is refused with what to write: %s', (rest) => {
      expect(refusal({ MAIL_FROM: 'a@acme.example', [name]: urlOf(name, rest) })).toBe(`${name}: ${advice}`);
    });

    test.each([
      'user:hunter2%2Fx@server.example',
      'user:p@ss@server.example',
      'user%40corp.example:hunter2@server.example',
      'server.example/path?name=someone@corp.example',
    ])('that is encoded, or has other signs, is accepted: %s', (rest) => {
      expect(refusal({ MAIL_FROM: 'a@acme.example', [name]: urlOf(name, rest) })).toBe('');
    });
  });
});

describe('origins', () => {
  test.each([
    'capacitor://localhost',
    'tauri://localhost',
    'ionic://localhost',
    'http://tauri.localhost',
    'https://localhost',
    'app://com.acme.shop:8080',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://6b7c1f3a-0000-4000-8000-000000000000',
    'http://[::1]:5173',
  ])('of apps and tools: %s', (origin) => {
    expect(read({ CORS_ORIGINS: origin }).corsOrigins).toEqual([origin]);
  });

  test.each(['capacitor://', 'capacitor://localhost/', 'capacitor://LOCALHOST', 'file://localhost', 'javascript:alert(1)'])(
    'that no page has are refused: %s',
    (origin) => {
      expect(refusal({ CORS_ORIGINS: origin })).toBe(`CORS_ORIGINS: '${origin}' is not an origin such as https://app.example.com`);
    },
  );

  test('with a path are refused with the origin to write', () => {
    expect(refusal({ CORS_ORIGINS: 'https://SHOP.example/cart?id=1' })).toBe(
      "CORS_ORIGINS: 'https://SHOP.example/cart?id=1' is not an origin such as https://shop.example",
    );
  });
});

test.each([
  ['::', '::'],
  ['[::]', '::'],
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['"::"', '::'],
  ['localhost', 'localhost'],
  ['node-1.internal', 'node-1.internal'],
])('HOST=%s', (text, host) => {
  expect(read({ HOST: text }).host).toBe(host);
});

test.each(['0.0.0.0:3000', 'http://0.0.0.0', '[::]:3000', '*', '256.0.0.1:x'])('HOST=%s is refused with what to write', (host) => {
  expect(refusal({ HOST: host })).toBe('HOST must be an address such as 0.0.0.0 or ::, or a host name, without a port');
});

test('a loopback address in brackets still means the sandbox', () => {
  expect([read({ HOST: '[::1]' }).sandbox, read({ HOST: '[::]' }).sandbox]).toEqual([true, false]);
});

describe('addresses in another spelling are taken as meant', () => {
  test.each([
    ['HTTPS://Verify.Example', 'https://verify.example'],
    ['https://verify.example:443/', 'https://verify.example'],
    ['http://verify.example:80', 'http://verify.example'],
    ['https://verify.example./Base/', 'https://verify.example/Base'],
    ['http://[2001:DB8:0:0::1]:3000', 'http://[2001:db8::1]:3000'],
  ])('PUBLIC_URL=%s', (text, url) => {
    expect(read({ PUBLIC_URL: text }).publicUrl).toBe(url);
  });

  test('CORS_ORIGINS', () => {
    const origins = 'https://SHOP.example, HTTPS://shop.example:443/, http://[::0001]:5173, https://shop.example.';
    expect(read({ CORS_ORIGINS: origins }).corsOrigins).toEqual([
      'https://shop.example',
      'https://shop.example',
      'http://[::1]:5173',
      'https://shop.example',
    ]);
  });
});

describe('capitals, blanks and commas at the ends are taken as meant', () => {
  const key = (n: number) => Buffer.alloc(32, n).toString('base64');
  const twilio = { TWILIO_AUTH_TOKEN: 'token', TWILIO_ACCOUNT_SID: `ac${'A'.repeat(32)}`, TWILIO_FROM: `mg${'B'.repeat(32)}` };

  test.each([
    [{ LOG_LEVEL: 'INFO' }, { logLevel: 'info' }],
    [{ RESULT_ALGORITHM: 'es256' }, { resultAlgorithm: 'ES256' }],
    [{ RESULT_ALGORITHM: 'EDDSA' }, { resultAlgorithm: 'EdDSA' }],
    [{ SANDBOX: 'TRUE' }, { sandbox: true }],
    [{ SANDBOX: 'False' }, { sandbox: false }],
    [{ RETENTION: 'p30d' }, { retentionMs: 30 * 24 * 60 * 60 * 1000 }],
    [{ POLICY: 'Seed' }, { policy: expect.objectContaining({ guessesPerCode: 5 }) }],
    [{ PASSWORD_HASHING: 'Light', SANDBOX: 'true' }, {}],
    [{ CODE_DOMAIN: 'App.Example.com.' }, { codeDomain: 'app.example.com' }],
    [
      { CLIENT_KEYS: ' web : a , app: b,' },
      {
        clientKeys: [
          { name: 'web', key: 'a' },
          { name: 'app', key: 'b' },
        ],
      },
    ],
    [{ SECRET_KEYS: `new:${key(1)},\nold:${key(2)},` }, { secretKeys: [{ id: 'new' }, { id: 'old' }] }],
    [{ ALLOWED_COUNTRIES: ' de, FR ,' }, { allowedCountries: ['DE', 'FR'] }],
    [twilio, { twilio: { accountSid: `AC${'a'.repeat(32)}`, from: `MG${'b'.repeat(32)}` } }],
    [{ ...twilio, SMS_PROVIDERS: 'Twilio,' }, { providers: expect.objectContaining({ sms: ['twilio'] }) }],
  ])('%j', (environment, settings) => {
    expect(read(environment)).toMatchObject(settings);
  });

  test('NODE_ENV, so that no spelling of production starts the sandbox', () => {
    for (const word of ['Production', 'PRODUCTION', ' production\r'])
      expect(refusal({ NODE_ENV: word })).toMatch(/^SECRET_KEYS is needed with NODE_ENV=production/);
    expect(refusal({ NODE_ENV: 'prod' })).toBe('NODE_ENV=prod has no effect: write production');
  });

  test.each(['SMTP', 'database, Smtp,'])('ALLOW_INSECURE=%s', (names) => {
    const production = { NODE_ENV: 'production', SECRET_KEYS: `k:${key(1)}`, PUBLIC_URL: 'https://verify.example', ALLOW_INSECURE: names };
    expect(refusal({ ...production, SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'a@acme.example' })).toBe('');
  });
});

test.each(['ALLOWED_COUNTRIES', 'CLIENT_KEYS', 'ADMIN_KEYS', 'CORS_ORIGINS', 'EMAIL_PROVIDERS', 'LINK_RETURN_URLS'])(
  '%s with commas alone limits nothing, and is refused',
  (name) => {
    const line = `${name} names nothing between its commas. Remove the setting, or complete the list`;
    for (const text of [',', ' , ,', '","']) expect(refusal({ [name]: text })).toBe(line);
  },
);

test.each([
  [{ PUBLIC_URL: 'https://verify.example,' }, /^PUBLIC_URL must be an http:\/\/ or https:\/\/ URL/],
  [{ SUPPORT_URL: 'https://a.example;https://b.example' }, /^SUPPORT_URL must be/],
  [{ WEBHOOK_URL: 'https://a.example, https://b.example' }, /^WEBHOOK_URL must be/],
  [{ LINK_RETURN_URLS: 'https://a.example/x https://b.example/x' }, /^LINK_RETURN_URLS: 'https:\/\/a/],
  [{ SMTP_URL: 'smtp://', MAIL_FROM: 'a@acme.example' }, /^SMTP_URL must be .* names the server as its host$/],
  [{ SMTP_URL: 'smtp:mail.example', MAIL_FROM: 'a@acme.example' }, /^SMTP_URL must be .* names the server as its host$/],
  [
    { WEBHOOK_URL: 'https://user:hunter2@hook.example', WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}` },
    /^WEBHOOK_URL has a password, which no request sends: the signature authenticates each request\. Remove it$/,
  ],
])('an address that is a list, or lacks a part, is refused: %j', (environment, line) => {
  expect(refusal(environment)).toMatch(line);
});

describe('providers of accounts', () => {
  const acme = { name: 'acme', issuer: 'https://login.acme.example/tenant', clientId: 'us', clientSecret: 'between us' };
  const setting = (changes: object) => JSON.stringify([{ ...acme, ...changes }]);

  test.each([
    ['one alone', JSON.stringify(acme)],
    ['spaces around texts', setting({ issuer: ` ${acme.issuer}\n`, clientId: 'us ', clientSecret: 'between us\r\n' })],
    ['the address of the metadata', setting({ issuer: `${acme.issuer}/.well-known/openid-configuration` })],
  ])('are taken as meant: %s', (_, text) => {
    expect(read({ OIDC_PROVIDERS: text }).linkProviders).toEqual([acme]);
  });

  test.each([
    [setting({ name: 'Acme' }), 'OIDC_PROVIDERS/0/name must be small letters, digits and hyphens, such as acme'],
    [setting({ issuer: 'login.acme.example' }), "OIDC_PROVIDERS: the issuer of 'acme' must be an https:// URL without a query"],
    [setting({ issuer: `${acme.issuer}?x=1` }), "OIDC_PROVIDERS: the issuer of 'acme' must be an https:// URL without a query"],
  ])('are refused with what to write: %s', (text, line) => {
    expect(refusal({ OIDC_PROVIDERS: text })).toBe(line);
  });
});
