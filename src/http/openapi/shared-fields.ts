/** The fields that several workflows share, as components: each has its name in `machines/fields.ts`. */
import {
  Code,
  Country,
  Device,
  EmailAddress,
  Locale,
  LoginChannel,
  NewPassword,
  Password,
  PhoneChannel,
  PhoneNumber,
} from '../../../machines/fields.ts';
import { isMembers, type JsonMembers, mapMembers } from './json-members.ts';
import { portableSchema } from './portable-schema.ts';
import { Reference, SessionStatus } from './session-fields.ts';

const fields = {
  Code,
  Country,
  Device,
  EmailAddress,
  Locale,
  LoginChannel,
  NewPassword,
  Password,
  PhoneChannel,
  PhoneNumber,
  Reference,
  SessionStatus,
};

/** The name of each field by its text. TypeBox writes the keywords of one schema in one order. */
const names = new Map(Object.entries(fields).map(([name, field]) => [textOf(portableSchema(JSON.parse(JSON.stringify(field)))), name]));

/** @param schemas the components, by name @returns the same schemas with references to fields, and the fields that they refer to */
export function withSharedFields(schemas: JsonMembers): JsonMembers {
  const used: Record<string, unknown> = {};
  const refer = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(refer);
    if (!isMembers(value)) return value;
    const name = 'type' in value ? names.get(textOf(value)) : undefined;
    // A component of that name may be something else: a workflow can have any name.
    if (name === undefined || name in schemas) return mapMembers(value, refer);
    used[name] ??= value;
    return { $ref: `#/components/schemas/${name}` };
  };
  return { ...mapMembers(schemas, refer), ...used };
}

function textOf(schema: unknown): string {
  return JSON.stringify(schema);
}
