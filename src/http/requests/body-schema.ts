/**
 * Prepares the schema of a body. Lengths count code points, as JSON Schema defines them; TypeBox counts UTF-16 units. Codes, telephone
 * numbers, email addresses, locales and ids are normalised (spaces, digits of other scripts, capitals) before the schema checks them.
 */
import { FormatRegistry, Kind, type TSchema, TypeRegistry } from '@sinclair/typebox';
import { isId } from '../../common/ids.ts';
import { localeTag } from '../../common/language-tags.ts';
import { typedCode, typedPhoneNumber } from '../../common/typed-digits.ts';
import { typedEmail } from '../../common/typed-email.ts';

/** The kind of a string whose length counts code points. */
const textKind = 'CodePoints';

/** How texts are read, by the `autocomplete` of their schema. */
const readings: Readonly<Record<string, (text: string) => string>> = {
  'one-time-code': typedCode,
  email: typedEmail,
  tel: typedTelephone,
  language: localeTag,
};

/** How texts are read, by the `format` of their schema. */
const readingsOfFormats: Readonly<Record<string, (text: string) => string>> = { email: typedEmail, phone: typedTelephone };

/** A copied link carries its scheme. */
function typedTelephone(text: string): string {
  return typedPhoneNumber(text).replace(/^tel: */i, '');
}

interface TextSchema {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

const patterns = new Map<string, RegExp>();

FormatRegistry.Set('uuid', (text) => isId(text.toLowerCase()));
// The resolvers read addresses and numbers, so that the answer says how one is wrong.
for (const format of Object.keys(readingsOfFormats)) FormatRegistry.Set(format, () => true);
FormatRegistry.Set('uri', (text) => URL.canParse(text));
FormatRegistry.Set('date', (text) => isDate(text));
FormatRegistry.Set(
  'date-time',
  (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    isDate(text.slice(0, 10)) &&
    !Number.isNaN(Date.parse(text)),
);
TypeRegistry.Set<TextSchema>(textKind, (schema, value) => textFault(schema, value) === null);

/** True for a day of the calendar, such as 2026-02-28. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** True if bodies may have texts of this format. */
export function isKnownFormat(format: string): boolean {
  return FormatRegistry.Has(format);
}

/** @returns the schema with lengths in code points */
export function countingCodePoints<S extends TSchema>(schema: S): S {
  return counted(schema) as S;
}

function counted(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(counted);
  if (typeof schema !== 'object' || schema === null) return schema;
  // TypeBox's kinds and modifiers are symbols, so `Object.entries` would lose them.
  const copy: Record<string | symbol, unknown> = {};
  for (const key of Reflect.ownKeys(schema)) copy[key] = counted(Reflect.get(schema, key));
  if (copy[Kind] === 'String' && ('minLength' in copy || 'maxLength' in copy)) copy[Kind] = textKind;
  return copy;
}

/** @returns the fault of a text; null for none, and for every other kind of schema. Of a length, as TypeBox words it */
export function textFault(schema: TextSchema & { readonly [Kind]?: string }, value: unknown): string | null {
  if (schema[Kind] === 'String' && typeof value === 'string') return patternFault(schema, value);
  if (schema[Kind] !== textKind) return null;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (typeof value !== 'string') return 'Expected string';
  // Every code point is one or two units, so most texts need no count.
  if (value.length > maxLength && codePoints(value) > maxLength) return `Expected string length less or equal to ${maxLength}`;
  if (value.length < minLength * 2 && codePoints(value) < minLength) return `Expected string length greater or equal to ${minLength}`;
  return patternFault(schema, value) ?? formatFault(schema, value);
}

function formatFault({ format }: TextSchema, value: string): string | null {
  return format === undefined || FormatRegistry.Get(format)?.(value) === true ? null : `Expected string to match '${format}' format`;
}

/** Shows an example instead of the pattern: pages and clients show the message to people. */
function patternFault({ pattern, examples: [example] = [] }: TextSchema, value: string): string | null {
  if (pattern === undefined || compiled(pattern).test(value)) return null;
  return `Not in the expected form${example === undefined ? '' : `, such as ${example}`}`;
}

function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern);
  patterns.set(pattern, known);
  return known;
}

/** The number of code points of a text. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** @returns the body with its codes, numbers, locales and ids normalised; the value itself if nothing changes */
export function asMeant(schema: TSchema, value: unknown): unknown {
  if (typeof value === 'string') {
    const read = readings[String(schema['autocomplete'])] ?? readingsOfFormats[String(schema['format'])];
    return read?.(value) ?? inLowerCase(schema, value);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const variants: readonly TSchema[] = schema['anyOf'] ?? [];
  const properties: Readonly<Record<string, TSchema>> =
    (variants.find((variant) => hasConstantsOf(variant, value)) ?? schema)['properties'] ?? {};
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => {
    const of = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [name, of === undefined ? inner : asMeant(of, inner)];
  });
  return Object.fromEntries(entries);
}

/** An id in the form that its schema asks for. Capitals are valid input (RFC 9562, 4), and Swift prints them. */
function inLowerCase({ pattern, format }: TSchema, text: string): string {
  const id = text.toLowerCase();
  const isAsked = format === 'uuid' || (typeof pattern === 'string' && compiled(pattern).test(id));
  return isAsked && isId(id) ? id : text;
}

/** True if a value has the constants of a variant, which tell the variants of a union apart. */
function hasConstantsOf({ properties = {} }: TSchema, value: object): boolean {
  return Object.entries<TSchema>(properties).every(
    ([name, schema]) => !('const' in schema) || Reflect.get(value, name) === schema['const'],
  );
}
