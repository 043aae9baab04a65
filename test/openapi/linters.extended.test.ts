/** The OpenAPI document past the linters of Redocly and Spectral: no error. */
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { describe, expect, test } from 'vitest';
import { servedDocument } from './document.ts';

/** A document with an unknown type, which both linters must report. */
const faulty = {
  openapi: '3.1.0',
  info: { title: 'Faulty', version: '1' },
  paths: {
    '/a': { get: { responses: { 200: { description: 'a', content: { 'text/plain': { schema: { type: 'strin' }, example: 'a' } } } } } },
  },
};

async function redoclyErrors(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`);
}

/** Rules of Spectral that compare an example with its schema. */
const exampleRules = ['oas3-valid-media-example', 'oas3-valid-schema-example'];

/**
 * Spectral compares the examples of a shared component again at each reference to it, which takes minutes. So those rules see each
 * component once, in its own place.
 */
async function spectralErrors(document: object): Promise<string[]> {
  return [
    ...(await spectralErrorsBy((rule) => !exampleRules.includes(rule), document)),
    ...(await spectralErrorsBy((rule) => exampleRules.includes(rule), withoutSharedReferences(document))),
  ];
}

async function spectralErrorsBy(isUsed: (rule: string) => boolean, document: object): Promise<string[]> {
  const ruleset = new spectral.Ruleset(rulesets.oas, { severity: 'recommended' });
  // 0 is the severity of errors.
  for (const rule of Object.values(ruleset.rules)) rule.enabled = rule.enabled && rule.severity === 0 && isUsed(String(rule.name));
  const linter = new spectral.Spectral();
  linter.setRuleset(ruleset);
  const problems = await linter.run(JSON.stringify(document));
  return problems.filter(({ severity }) => severity === 0).map(({ code, message, path }) => `${code}: ${message} ${path.join('/')}`);
}

/** A copy in which references to components with examples are empty. References to schemas and examples stay. */
function withoutSharedReferences(document: object): object {
  const isShared = (value: unknown) => /^#\/components\/(responses|parameters|headers|requestBodies)\//.test(referenceIn(value));
  return JSON.parse(JSON.stringify(document), (_, value) => (isShared(value) ? {} : value));
}

function referenceIn(value: unknown): string {
  return typeof value === 'object' && value !== null && '$ref' in value ? String(value.$ref) : '';
}

/** A document with a wrong example in a component that an answer shares. */
const wronglyShared = {
  openapi: '3.1.0',
  info: { title: 'Faulty', version: '1' },
  paths: { '/a': { get: { responses: { 200: { $ref: '#/components/responses/Number' } } } } },
  components: {
    responses: {
      Number: { description: 'a', content: { 'application/json': { schema: { type: 'number' }, example: 'one' } } },
    },
  },
};

const withWebhook = await servedDocument({
  WEBHOOK_URL: 'https://messages.example/codes',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
});

test('the document of a service with a webhook holds all of the document without', async () => {
  const { tags, ...without } = await servedDocument();
  expect(withWebhook).toMatchObject({ ...without, tags: expect.arrayContaining(tags as unknown[]) });
  expect(Object.keys(withWebhook)).toContain('webhooks');
});

describe.each([
  ['Redocly', redoclyErrors],
  ['Spectral', spectralErrors],
])('%s', (_, errorsOf) => {
  test('finds no error in the document', async () => {
    expect(await errorsOf(withWebhook)).toEqual([]);
  });

  test.each([
    ['an unknown type', faulty],
    ['a wrong example in a shared answer', wronglyShared],
  ])('finds %s', async (_what, document) => {
    expect(await errorsOf(document)).not.toEqual([]);
  });
});
