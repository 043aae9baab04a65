/** Tests and values of promises, evaluated by name. */
import type { Amount, Condition, Literal, Test, Value } from '../../../machines/promises.ts';

/** The value of a name; null if it has none. */
export type Lookup = (name: string) => Literal;

/** The fields of a request. */
export type Fields = Readonly<Record<string, unknown>>;

export function holds(condition: Condition = {}, lookup: Lookup): boolean {
  return Object.entries(condition).every(([name, test]) => passes(test, lookup(name), lookup));
}

/** @param amounts resolves the names of figures */
export function holdsIn(condition: Condition = {}, fields: Fields, amounts: Lookup): boolean {
  return Object.entries(condition).every(([name, test]) => passes(test, fieldOf(fields, name), amounts));
}

function passes(test: Test, value: Literal, lookup: Lookup): boolean {
  if (test === null || typeof test !== 'object') return value === test;
  if ('not' in test) return value !== test.not;
  // A moment that is not known lies ahead of every time.
  const limit = 'atLeast' in test ? test.atLeast : test.below;
  const least = amountOf(limit, lookup) ?? Number.POSITIVE_INFINITY;
  return 'atLeast' in test ? Number(value) >= least : Number(value) < least;
}

export function fieldOf(fields: Fields, name: string): Literal {
  const value = fields[name];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

export function amountOf(amount: Amount, lookup: Lookup): number | null {
  if (typeof amount === 'number') return amount;
  const value = lookup(amount);
  return value === null ? null : Number(value);
}

export function valueIn(value: Value, lookup: Lookup, fields: Fields): Literal {
  if (value === null || typeof value !== 'object') return value;
  const { plus = 0, minus = 0, times = 1 } = value;
  const base = 'of' in value ? lookup(value.of) : fieldOf(fields, value.field);
  if (base === null || (plus === 0 && minus === 0 && times === 1)) return base;
  return Number(base) * times + (amountOf(plus, lookup) ?? 0) - (amountOf(minus, lookup) ?? 0);
}
