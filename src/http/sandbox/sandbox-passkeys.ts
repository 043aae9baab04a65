/** The sandbox's route that gives an account a passkey, without the ceremony in a browser. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { plainText } from '../../../machines/fields.ts';
import { closed } from '../../../machines/workflow.ts';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { Problem } from '../problems/problem.ts';
import { pathId } from '../requests/ids.ts';
import { bodyReader } from '../requests/request-body.ts';

const Base64Url = (description: string, example: string) =>
  Type.String({ minLength: 16, maxLength: 1364, pattern: '^[A-Za-z0-9_-]+$', description, examples: [example] });

const SandboxPasskeyBody = Type.Object(
  {
    credentialId: Base64Url('The id of the credential, in base64url', 'lHRlc3QtY3JlZGVudGlhbC0wMQ'),
    publicKey: Base64Url(
      'The public key in COSE, in base64url',
      'pQECAyYgASFYIBERERERERERERERERERERERERERERERERERERERERERIlggIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI',
    ),
    backupEligible: Type.Optional(Type.Boolean({ description: 'True for a passkey that is copied to other devices' })),
    counter: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'The signature counter of its latest use', examples: [0] }),
    ),
    isRemoved: Type.Optional(Type.Boolean({ description: 'True for a passkey that its owner has removed: no account can have it again' })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: plainText, description: 'The owner’s name for it' })),
  },
  closed,
);

const SandboxPasskeyAnswer = Type.Object({
  id: Type.String({ format: 'uuid', description: 'The passkey' }),
  rpId: Type.String({ description: 'The domain that an authenticator keeps the key for' }),
  origin: Type.String({ description: 'The origin of a page that may use the passkey' }),
  userHandle: Type.String({ description: 'The user handle of the account, in base64url' }),
});

export interface SandboxPasskeyDeps {
  /** @returns null without such an account, `taken` if the credential exists or the account has too many */
  readonly arrange: (
    accountId: string,
    made: Static<typeof SandboxPasskeyBody>,
  ) => Promise<Static<typeof SandboxPasskeyAnswer> | 'taken' | null>;
}

export function sandboxPasskeyRoutes({ arrange }: SandboxPasskeyDeps): Hono {
  const app = new Hono();
  const read = bodyReader(SandboxPasskeyBody);
  app.post('/sandbox/accounts/:id/passkeys', async (c) => {
    const id = pathId(c);
    const made = (await read(c)) as Static<typeof SandboxPasskeyBody>;
    const answer = id === null ? null : await arrange(id, made);
    if (answer === null) throw new Problem('not-found', 'No such account');
    if (answer === 'taken') throw new Problem('invalid-request', 'The credential exists, or the account has too many passkeys');
    return c.json<Static<typeof SandboxPasskeyAnswer>>(answer, 201);
  });
  return app;
}

export function sandboxPasskeyPaths(context: DocumentContext): JsonObject {
  const passkey = {
    operationId: 'sandboxPasskey',
    tag: 'Sandbox',
    summary: 'Give an account a passkey',
    description: 'Has the effect of a registration, for an authenticator in software.',
    parameters: [{ name: 'id', in: 'path', required: true, description: 'The account', schema: { type: 'string', format: 'uuid' } }],
    body: SandboxPasskeyBody,
    success: json(201, 'The passkey', SandboxPasskeyAnswer),
    problems: problems('invalid-request', 'body-too-large', 'unsupported-media-type', 'not-found', 'internal-error', 'unavailable'),
  };
  return { '/sandbox/accounts/{id}/passkeys': { post: operation(passkey, context) } };
}
