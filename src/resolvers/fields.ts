/**
 * A resolver for bodies that need no custom code: some fields become personal details, others become the payload of the event. A workflow
 * whose bodies contain only such fields needs no other resolver.
 */
import { detailText } from '../../machines/session-data.ts';
import type { Payload } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';
import { deviceAndLocale } from './device-and-locale.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * Reads a field as a personal detail.
 * @param body all fields of the body
 * @returns the detail; null for an invalid text, which is answered with 400
 */
export type ReadDetail = (text: string, body: Body) => string | null;

export interface FieldsOptions {
  /** Fields that become personal details of the same name. Details are sealed, shown masked, and hidden from the machine. */
  readonly details?: readonly string[] | Readonly<Record<string, ReadDetail>>;
  /** Fields that become the payload. The machine receives them, so they must hold only a few known values. */
  readonly payload?: readonly string[];
  /** For a start: the event that the new session receives at once, with the payload; absent for none. */
  readonly event?: string;
}

export function fieldsResolver({ details = [], payload = [], event }: FieldsOptions): Resolver {
  const readers: [string, ReadDetail][] = Array.isArray(details)
    ? details.map((name: string): [string, ReadDetail] => [name, (text) => text])
    : Object.entries(details);
  const personalOf = (body: Body): Personal =>
    Object.fromEntries(readers.flatMap(([name, read]) => (isNone(body[name]) ? [] : [[name, detailOf(name, body, read)]])));
  const payloadOf = (body: Body): Payload =>
    Object.fromEntries(payload.flatMap((name) => (body[name] === undefined ? [] : [[name, plainOf(name, body[name])]])));
  // A null takes the detail away.
  const without = (personal: Personal, body: Body): Personal => {
    const taken = readers.filter(([name]) => body[name] === null).map(([name]) => name);
    return taken.length === 0 ? personal : Object.fromEntries(Object.entries(personal).filter(([name]) => !taken.includes(name)));
  };
  return {
    payload,
    details: readers.map(([name]) => name),
    start: (body) => ({
      event: event === undefined ? null : { ...payloadOf(body), type: event },
      personal: { ...deviceAndLocale(body), ...personalOf(body) },
    }),
    event: (body, { personal }) => ({ payload: payloadOf(body), personal: { ...without(personal, body), ...personalOf(body) } }),
  };
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}

function detailOf(name: string, body: Body, read: ReadDetail): string {
  const detail = read(detailText(body[name]), body);
  if (detail === null) throw new InvalidBody(`/${name}`, 'The value cannot be used');
  return detail;
}

/** @throws Error for a value that no machine can hear. The check of the schemas at the start leaves none */
function plainOf(name: string, value: unknown): Payload[string] {
  if (!isPlain(value)) throw new Error(`The field '${name}' is no text, number or boolean, so it can't be payload`);
  return value;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
