/** The part of the OpenAPI document about the sandbox's own OpenID provider. Its tokens and errors are those of the standards. */
import { Type } from '@sinclair/typebox';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { KeysAnswer } from '../openapi/schemas.ts';
import { decisionNames, openIdPath } from './sandbox-openid.ts';

const text = { type: 'string' };
const page = { 'text/html': { schema: text } };

const authorizationParameters = [
  ['client_id', 'The service'],
  ['redirect_uri', 'Where the person goes back to'],
  ['response_type', '`code`'],
  ['scope', '`openid`'],
  ['code_challenge', 'What the code is bound to (RFC 7636)'],
  ['code_challenge_method', '`S256`'],
].map(([name, description]) => ({ name, in: 'query', required: true, description, schema: text }));

const DecisionForm = Type.Object({
  decision: Type.String({ enum: decisionNames, description: 'Whether the person agrees, and what is to go wrong' }),
  subject: Type.Optional(Type.String({ maxLength: 255, description: 'Who the person is at the provider, where they agree' })),
});

const TokenForm = Type.Object({
  grant_type: Type.Literal('authorization_code'),
  code: Type.String({ description: 'What the person came back with' }),
  redirect_uri: Type.String({ description: 'Where to' }),
  code_verifier: Type.String({ description: 'What the challenge was made of' }),
  client_id: Type.String({ description: 'The service' }),
  client_secret: Type.String({ description: 'What it shares with the provider' }),
});

const TokenAnswer = Type.Object({
  access_token: Type.String({ description: 'Opens nothing' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds' }),
  id_token: Type.String({ description: 'Who the person is, as a signed JWT' }),
});

export function openIdPaths(context: DocumentContext): JsonObject {
  const tag = 'Sandbox';
  const discovery = {
    operationId: 'sandboxOpenIdConfiguration',
    tag,
    summary: 'Read what the sandbox’s OpenID provider says of itself',
    description:
      'The sandbox has a provider of its own, called `sandbox`, whose made-up accounts can be linked (OpenID Connect Discovery 1.0).',
    success: json(200, 'Its metadata', { type: 'object' }),
    problems: problems('internal-error'),
  };
  const keys = {
    operationId: 'sandboxOpenIdKeys',
    tag,
    summary: 'Read the public keys of the sandbox’s OpenID provider',
    description: 'What its `id_token` is verified with (RFC 7517).',
    success: json(200, 'The keys', KeysAnswer),
    problems: problems('internal-error'),
  };
  const ask = {
    operationId: 'sandboxOpenIdAsk',
    tag,
    summary: 'Ask a person whether to link their account',
    description: 'Where `authorizationUrl` leads. A request that lacks something is answered by a redirection back.',
    parameters: authorizationParameters,
    success: { status: 200 as const, description: 'The page that asks', content: page },
    problems: problems('internal-error', 'unavailable'),
  };
  const decide = {
    operationId: 'sandboxOpenIdDecide',
    tag,
    summary: 'Say what the person decides',
    description: 'What the page sends. Tests can, too, without a browser.',
    parameters: authorizationParameters,
    form: DecisionForm,
    success: { status: 303 as const, description: 'Back to the service, with a code or an error', content: {} },
    problems: problems('internal-error', 'unavailable'),
  };
  const token = {
    operationId: 'sandboxOpenIdToken',
    tag,
    summary: 'Exchange a code',
    description:
      'What the service asks once the person is back (RFC 6749). Errors are those of that standard: `invalid_client`, `invalid_grant` and others.',
    form: TokenForm,
    success: json(200, 'Who the person is', TokenAnswer),
    problems: problems('internal-error', 'unavailable'),
  };
  return {
    [`${openIdPath}/.well-known/openid-configuration`]: { get: operation(discovery, context) },
    [`${openIdPath}/jwks.json`]: { get: operation(keys, context) },
    [`${openIdPath}/authorize`]: { get: operation(ask, context), post: operation(decide, context) },
    [`${openIdPath}/token`]: { post: operation(token, context) },
  };
}
