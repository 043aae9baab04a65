/**
 * A resolver for bodies that need no code of their own: some fields become personal details, others the payload of the event. Workflows
 * whose bodies hold nothing else are complete with it.
 */
import type { Payload } from '../../machines/workflow.ts';
import { InvalidBody } from '../engine/errors.ts';
import type { Personal, Resolver } from '../engine/ports.ts';
import { circumstances } from './circumstances.ts';

/** Reads a field as a personal detail. @returns the detail; null for a text that means nothing, which is answered 400 */
export type ReadDetail = (text: string) => string | null;

export interface FieldsOptions {
  /** Fields that become personal details of the same name: sealed, shown by their mask, and unknown to the machine. */
  readonly details?: readonly string[] | Readonly<Record<string, ReadDetail>>;
  /** Fields that become the payload: the machine hears them, so they hold a few known values. */
  readonly payload?: readonly string[];
  /** For a start: the event that the new session hears at once, with the payload; absent where it hears none. */
  readonly event?: string;
}

type Body = Readonly<Record<string, unknown>>;

export function fieldsResolver({ details = [], payload = [], event }: FieldsOptions): Resolver {
  const readers: [string, ReadDetail][] = Array.isArray(details)
    ? details.map((name: string): [string, ReadDetail] => [name, (text) => text])
    : Object.entries(details);
  const personalOf = (body: Body): Personal =>
    Object.fromEntries(readers.flatMap(([name, read]) => (body[name] === undefined ? [] : [[name, detailOf(name, body[name], read)]])));
  const payloadOf = (body: Body): Payload =>
    Object.fromEntries(payload.flatMap((name) => (isPlain(body[name]) ? [[name, body[name]]] : [])));
  return {
    start: (body) => ({
      event: event === undefined ? null : { ...payloadOf(body), type: event },
      personal: { ...circumstances(body), ...personalOf(body) },
    }),
    event: (body, { personal }) => ({ payload: payloadOf(body), personal: { ...personal, ...personalOf(body) } }),
  };
}

function detailOf(name: string, value: unknown, read: ReadDetail): string {
  const detail = read(isPlain(value) ? String(value) : JSON.stringify(value));
  if (detail === null) throw new InvalidBody(`/${name}`, 'The value can not be used');
  return detail;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
