/** The answers of providers in the query of the callback: the person, the provider and this service are told apart. */
import { expect, test } from 'vitest';
import { answerIn, problemIn } from '../../src/linking/provider-answer.ts';

const actual = (error: string) => `acme: expected a code, or an error such as access_denied, actual ${error}`;
const told = (query: string) => [answerIn(query), problemIn(query, 'acme')];

test.each([
  'access_denied',
  'consent_required',
  'login_required',
  'interaction_required',
  'account_selection_required',
  'user_cancelled_login',
  'user_cancelled_authorize',
])('%s is a person who declines, and no line in the log', (error) => {
  expect(told(`error=${error}&state=s`)).toEqual(['declined', null]);
});

test.each([
  'server_error',
  'temporarily_unavailable',
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'invalid_target',
  'unmet_authentication_requirements',
  'invalid_client',
  'an_error_of_another_standard',
  'Access_Denied',
])('%s is no refusal of the person, and a line in the log', (error) => {
  expect(told(`error=${error}&error_description=jane%40example.com&state=s`)).toEqual(['failed', actual(error)]);
});

test.each(['', 'a b', 'ä', '"', 'line%0Abreak', 'x'.repeat(61)])('an error that is no code (%s) is not repeated in the log', (error) => {
  expect(told(`error=${error}&state=s`)).toEqual(['failed', actual('an error without a code')]);
});

test('a code is a grant; both, neither and a repeated parameter are no answer', () => {
  expect(told('code=x&state=s')).toEqual(['granted', null]);
  for (const query of ['code=x&error=access_denied', 'state=s', '', 'code=x&code=y', 'error=access_denied&error=server_error'])
    expect(told(query)).toEqual([null, null]);
});
