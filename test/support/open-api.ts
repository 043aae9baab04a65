/** The OpenAPI document of the built-in modules, without a running service. */
import { factorRemovalPaths } from '../../src/http/accounts/factor-removal-routes.ts';
import { accountTag, mePaths } from '../../src/http/accounts/me-paths.ts';
import { passkeyPaths } from '../../src/http/accounts/passkey-routes.ts';
import { supportAccessPaths } from '../../src/http/accounts/support-access-routes.ts';
import { addressesUnder } from '../../src/http/addresses.ts';
import { adminAccountPaths, adminDestinationPaths } from '../../src/http/admin/admin-schemas.ts';
import type { DocumentedRoutes, OpenApiOptions } from '../../src/http/openapi-document.ts';
import { Problems } from '../../src/http/problems/problem.ts';
import { openIdPaths } from '../../src/http/sandbox/openid-paths.ts';
import { sandboxPasskeyPaths } from '../../src/http/sandbox/sandbox-passkeys.ts';
import { sandboxAccountPaths, sandboxDestinationPaths, sandboxMessagePaths } from '../../src/http/sandbox/sandbox-paths.ts';
import { assemble } from '../../src/modules/assembly.ts';
import { builtInModules } from '../../src/modules/built-in.ts';

const assembly = assemble(builtInModules());

export const problems = new Problems(assembly.refusals);

/** Every kind of problem, by code. */
export const problemKinds = Object.fromEntries(problems.codes.map((code) => [code, problems.kind(code)]));

/** The refusals of resolvers, as the resolvers declare them. A test compares the document with the one of a running service. */
const refusalsOf: Readonly<Record<string, readonly string[]>> = {
  passkeyRegistration: ['factor-limit'],
  authenticatorRegistration: ['factor-limit'],
  backupCodeReplacement: ['factor-limit'],
  phone: ['invalid-phone'],
  newAccount: ['weak-password'],
  change: ['weak-password', 'invalid-phone', 'landline-needs-voice', 'same-destination'],
  credentials: ['rate-limited'],
  accountChannel: ['landline-needs-voice'],
  passkeyLogin: ['rate-limited'],
  deviceUnlock: ['no-such-factor', 'rate-limited'],
};

/** The factors that an account has once at most. */
export const removals = [
  { path: '/v1/me/authenticator-app', operationId: 'removeAuthenticatorApp', title: 'the authenticator app' },
  { path: '/v1/me/backup-codes', operationId: 'removeBackupCodes', title: 'the backup codes' },
];

/** The options of a document with everything in it, or with other options. */
export function openApiOptions(options: Partial<OpenApiOptions> = {}): OpenApiOptions {
  const { sandbox = true, admins = true, publicUrl = 'https://verify.example' } = options;
  return {
    publicUrl,
    addressOf: addressesUnder(publicUrl),
    problems,
    refusalsOf: (resolver) => refusalsOf[resolver] ?? [],
    routes: [
      { paths: mePaths, tag: accountTag },
      { paths: supportAccessPaths },
      { paths: passkeyPaths },
      ...removals.map((removal): DocumentedRoutes => ({ paths: (context) => factorRemovalPaths(removal, context) })),
      ...(admins ? [adminAccountPaths, adminDestinationPaths].map((paths): DocumentedRoutes => ({ paths })) : []),
      ...(sandbox
        ? [sandboxMessagePaths, sandboxDestinationPaths, sandboxAccountPaths, openIdPaths, sandboxPasskeyPaths].map(
            (paths): DocumentedRoutes => ({ paths }),
          )
        : []),
    ],
    channels: Object.keys(assembly.channels),
    owners: true,
    sandbox,
    clientKeys: false,
    admins,
    version: '1.2.3',
    ...options,
  };
}
