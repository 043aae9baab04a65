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

async function spectralErrors(document: object): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset(new spectral.Ruleset(rulesets.oas, { severity: 'recommended' }));
  const problems = await linter.run(JSON.stringify(document));
  // 0 is the severity of errors.
  return problems.filter(({ severity }) => severity === 0).map(({ code, message, path }) => `${code}: ${message} ${path.join('/')}`);
}

describe.each([
  ['Redocly', redoclyErrors],
  ['Spectral', spectralErrors],
])('%s', (_, errorsOf) => {
  // Spectral follows each reference wherever it stands, which takes a minute of a busy machine.
  test('finds no error in the document', { timeout: 300_000 }, async () => {
    expect(await errorsOf(await servedDocument())).toEqual([]);
  });

  test('finds no error in the document of a service with a webhook', { timeout: 300_000 }, async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const document = await servedDocument({ WEBHOOK_URL: 'https://messages.example/codes', WEBHOOK_SECRET: secret });
    expect(Object.keys(document)).toContain('webhooks');
    expect(await errorsOf(document)).toEqual([]);
  });

  test('finds the error of a faulty one', async () => {
    expect(await errorsOf(faulty)).not.toEqual([]);
  });
});
