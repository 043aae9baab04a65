/** JSON with a single meaning: ambiguous text, and text that cannot be stored, is found and named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultIn } from '../../src/http/requests/strict-json.ts';

describe('a repeated key', () => {
  test.each([
    ['{"a":1,"a":2}', '/a', 'a'],
    ['{"a":1,"a":1}', '/a', 'a'],
    ['{"a":1,"b":2 , "a"\n\t:3}', '/a', 'a'],
    ['{"code":"1","\\u0063ode":"2"}', '/code', 'code'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__', '__proto__'],
    ['{"":1,"":2}', '/', ''],
    ['{"device":{"name":"a","name":"b"}}', '/device/name', 'name'],
    ['{"list":[{},{"a/~b":1,"a/~b":2}]}', '/list/1/a~1~0b', 'a/~b'],
    ['[[],[0,{"a":{"a":1},"a":2}]]', '/1/1/a', 'a'],
    ['{"a\\"":1,"a\\"":2}', '/a"', 'a"'],
    [`${'['.repeat(31)}{"a":1,"a":2}${']'.repeat(31)}`, `${'/0'.repeat(31)}/a`, 'a'],
  ])('is named with its place: %s', (text, path, key) => {
    expect(faultIn(text)).toEqual({ path, message: `The key '${key}' comes twice` });
  });

  test('is shown shortened', () => {
    const key = 'k'.repeat(10_000);
    expect(JSON.stringify(faultIn(`{"${key}":1,"${key}":2}`)).length).toBeLessThan(300);
  });

  test.each([
    '{}',
    '[]',
    '"a"',
    '1',
    '{"a":"a","b":"a"}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"b\\":\\"a","b":1}',
    '{"a":"\\\\","b":"\\\\"}',
    '{"a":[1,"a","a"],"A":1}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
  ])('is not reported without one: %s', (text) => {
    expect(faultIn(text)).toBeNull();
  });

  test('is found in every document that has one, and in no other', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', '"', '\\', ':', '{', '__proto__', ' '), fc.string({ maxLength: 3 }));
    const { document } = fc.letrec<{ document: unknown; object: unknown }>((tie) => ({
      document: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.array(tie('document'), { maxLength: 3 }), tie('object')),
      object: fc.dictionary(key, tie('document'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(document, key, document, fc.boolean(), (before, name, after, spaced) => {
        const text = (value: unknown) => JSON.stringify(value, null, spaced ? 2 : 0);
        if (/\\u0000|\\ud[89a-f]/i.test(text([before, name, after]))) return;
        expect(faultIn(text([before, { [name]: before }, after]))).toBeNull();
        const twice = `[${text(before)},{${text(name)}:${text(before)},${text(name)}:${text(after)}}]`;
        expect(faultIn(twice)).toMatchObject({ message: `The key '${name}' comes twice`, path: expect.stringMatching(/^\/1\//) });
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([
  ['{"a":"\\u0000"}', '/a'],
  ['{"a":["b","\\ud800"]}', '/a/1'],
  ['{"a":"\\udc00\\ud800"}', '/a'],
  ['"\\uDFFF"', ''],
  ['{"a":{"\\u0000":1}}', '/a/\0'],
])('text that cannot be stored is found: %s', (text, path) => {
  expect(faultIn(text)).toEqual({ path, message: 'A text holds a NUL or half a surrogate pair' });
});

test.each(['{"a":"\\\\u0000"}', '{"a":"\\ud83d\\ude00"}', '{"a":"\\u00e9\\n"}'])('text that can be is not: %s', (text) => {
  expect(faultIn(text)).toBeNull();
});

test.each([
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s nested deeper than 32 levels are refused, whatever they contain', (_kind, open, close) => {
  const nested = (levels: number, inside: string) => open.repeat(levels) + inside + close.repeat(levels);
  expect(faultIn(nested(32, '1'))).toBeNull();
  expect(faultIn(nested(33, '1'))).toEqual({ path: '', message: 'Nested more than 32 levels deep' });
  expect(faultIn(nested(9_000, '{"x":1,"x":2}'))).toEqual({ path: '', message: 'Nested more than 32 levels deep' });
});
