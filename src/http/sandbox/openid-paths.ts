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
  decision: Type.String({ enum: decisionNames, description: 'The person’s decision, or the error to simulate' }),
  subject: Type.Optional(Type.String({ maxLength: 255, description: 'The person’s subject at the provider, if they agree' })),
});

const TokenForm = Type.Object({
  grant_type: Type.Literal('authorization_code'),
  code: Type.String({ description: 'The code that the person’s browser brought back' }),
  redirect_uri: Type.String({ description: 'The return address of the request' }),
  code_verifier: Type.String({ description: 'The secret from which the challenge was made' }),
  client_id: Type.String({ description: 'The service' }),
  client_secret: Type.String({ description: 'The secret that the service shares with the provider' }),
});

const TokenAnswer = Type.Object({
  access_token: Type.String({ description: 'Opens nothing' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'The lifetime in seconds' }),
  id_token: Type.String({ description: 'The person’s identity, as a signed JWT' }),
});

export function openIdPaths(context: DocumentContext): JsonObject {
  const tag = 'Sandbox';
  const discovery = {
    operationId: 'sandboxOpenIdConfiguration',
    tag,
    summary: 'Read the metadata of the sandbox’s OpenID provider',
    description: 'The sandbox’s own provider, `sandbox`, has made-up accounts that can be linked (OpenID Connect Discovery 1.0).',
    success: json(200, 'The metadata', { type: 'object' }),
    problems: problems('internal-error'),
  };
  const keys = {
    operationId: 'sandboxOpenIdKeys',
    tag,
    summary: 'Read the public keys of the sandbox’s OpenID provider',
    description: 'The keys that verify its `id_token` (RFC 7517).',
    success: json(200, 'The keys', KeysAnswer),
    problems: problems('internal-error'),
  };
  const ask = {
    operationId: 'sandboxOpenIdAsk',
    tag,
    summary: 'Ask a person to link their account',
    description: 'The page at `authorizationUrl`. An incomplete request is redirected back.',
    parameters: authorizationParameters,
    success: { status: 200 as const, description: 'The page that asks', content: page },
    problems: problems('internal-error', 'unavailable'),
  };
  const decide = {
    operationId: 'sandboxOpenIdDecide',
    tag,
    summary: 'Submit the person’s decision',
    description: 'Sent by the page. Tests can send it without a browser.',
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
      'The service’s request after the person’s return (RFC 6749). The errors are those of the standard: `invalid_client`, `invalid_grant` and others.',
    form: TokenForm,
    success: json(200, 'The person’s identity', TokenAnswer),
    problems: problems('internal-error', 'unavailable'),
  };
  return {
    [`${openIdPath}/.well-known/openid-configuration`]: { get: operation(discovery, context) },
    [`${openIdPath}/jwks.json`]: { get: operation(keys, context) },
    [`${openIdPath}/authorize`]: { get: operation(ask, context), post: operation(decide, context) },
    [`${openIdPath}/token`]: { post: operation(token, context) },
  };
}
