/** Checks that the fields that resolvers pass on as payload hold values that a machine can hear. */
import { KindGuard, type TSchema } from '@sinclair/typebox';
import type { Workflow } from '../../machines/workflow.ts';
import { faultLine } from '../engine/machines/fault.ts';
import type { Resolver } from '../engine/ports.ts';

interface Use {
  readonly workflow: string;
  /** The start, or an event. */
  readonly of: string;
  readonly body: Workflow['start']['body'];
}

/** @returns each fault as a line */
export function payloadFaults(workflows: readonly Workflow[], resolvers: Readonly<Record<string, Resolver>>): string[] {
  return Object.entries(resolvers).flatMap(([name, { payload = [] }]) => {
    const uses = workflows.flatMap((workflow) => usesOf(workflow, name));
    return payload.flatMap((field) => (uses.length === 0 ? [] : fieldFaults(name, field, uses)));
  });
}

function usesOf({ name: workflow, start, events }: Workflow, resolver: string): Use[] {
  const all = [{ ...start, of: 'the start' }, ...Object.entries(events).map(([type, event]) => ({ ...event, of: `the event ${type}` }))];
  return all.filter((use) => (use.resolver ?? null) === resolver).map(({ of, body }) => ({ workflow, of, body }));
}

function fieldFaults(resolver: string, field: string, uses: readonly Use[]): string[] {
  const having = uses.filter(({ body }) => Object.hasOwn(body.properties, field));
  if (having.length === 0) return [`No body has the field '${field}', which the resolver '${resolver}' passes on as payload`];
  return having
    .filter(({ body }) => !holdsPlainValues(body.properties[field]))
    .map(({ workflow, of }) => {
      const fault = `${of} passes on its field '${field}' as payload (resolver '${resolver}'), so the field must be a text, a number or a boolean`;
      return faultLine({ workflow, state: '', fault });
    });
}

const plainTypes: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

/** True if every value of the schema is a text, a number or a boolean. */
export function holdsPlainValues(schema: TSchema | undefined): boolean {
  if (schema === undefined) return false;
  if (KindGuard.IsUnion(schema)) return schema.anyOf.every(holdsPlainValues);
  const choices: unknown = schema['enum'];
  if (Array.isArray(choices)) return choices.every((choice) => plainTypes.includes(typeof choice));
  return plainTypes.includes(schema['type']);
}
