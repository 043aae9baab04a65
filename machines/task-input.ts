/** The input of a task with its own work, compared with the schema that the task declares. */
import type { TSchema } from '@sinclair/typebox';
import { Value, ValueErrorType } from '@sinclair/typebox/value';

/**
 * The fault of an input that does not fit: the place of the value, and not the value. An unknown format says nothing about a value.
 * @returns null for an input that fits
 */
export function inputFault({ input: schema }: { readonly input?: TSchema }, input: unknown): string | null {
  if (schema === undefined || Value.Check(schema, input)) return null;
  for (const { type, path, message } of Value.Errors(schema, input)) {
    if (type === ValueErrorType.StringFormatUnknown) continue;
    return `its input does not fit its schema at '${path}': ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
  return null;
}
