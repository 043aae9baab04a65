/** Checks the data of workflows, and the bodies that the service itself reads because they name no resolver. */
import { type TSchema, TypeGuard } from '@sinclair/typebox';
import { addressFormat, dataResolverName, ownershipDetails, startUse } from '../../machines/session-data.ts';
import type { Workflow } from '../../machines/workflow.ts';
import { ownMark } from '../engine/personal.ts';
import { isKnownFormat } from '../http/requests/body-schema.ts';
import { payloadFields } from '../resolvers/data.ts';
import { holdsPlainValues } from './payload-check.ts';

/** The masks that have names. */
const masks: readonly unknown[] = ['shown', 'masked', 'email', 'phone', 'sealed'];

/** Fields of a start that the service reads for its messages. */
const messageFields = ['device', 'locale'];

/** True if the service makes the resolver of this use from the workflow's data. */
export function isDataResolver({ name, version }: Workflow, resolver: string | null, use: string): boolean {
  return resolver === dataResolverName(name, version, use);
}

export function dataFaults(workflow: Workflow): string[] {
  const { start, events, data = {} } = workflow;
  const bodies: [of: string, body: TSchema][] = [
    ['the start', start.body],
    ...Object.entries(events).map(([type, { body }]): [string, TSchema] => [`the event ${type}`, body]),
  ];
  return [
    ...Object.entries(data).flatMap(([name, mask]) => maskFaults(name, mask)),
    ...bodies.flatMap(([of, body]) => unknownFormats(body).map((format) => `${of} has a field of the unknown format '${format}'`)),
    ...(isDataResolver(workflow, start.resolver ?? null, startUse) ? startBodyFaults(workflow) : []),
    ...Object.entries(events).flatMap(([type, event]) => {
      if (!isDataResolver(workflow, event.resolver ?? null, type)) return [];
      return bodyFaults(
        { of: `the event ${type}`, event: type, body: event.body, payload: payloadFields(event.payloads, event.senderIn) },
        data,
        [],
      );
    }),
  ];
}

function maskFaults(name: string, mask: unknown): string[] {
  return [
    ...(ownershipDetails.includes(name)
      ? [`the data cannot keep the field '${name}', which says whose a session is: give it another name`]
      : []),
    ...(name.startsWith(ownMark) ? [`the data cannot keep the field '${name}': '${ownMark}' begins the names of the service`] : []),
    ...(typeof mask === 'function' || masks.includes(mask)
      ? []
      : [`the data '${name}' is '${String(mask)}'; it can be ${masks.join(', ')}, or a function`]),
  ];
}

function startBodyFaults({ start, data = {} }: Workflow): string[] {
  const types = [...new Set(start.events.map((event) => event?.type ?? null))];
  const [type = null, ...others] = types;
  if (others.length > 0) {
    const listed = types.map((each) => each ?? 'none').join(', ');
    return [`the start can have several first events (${listed}): name a resolver that chooses, or keep one type`];
  }
  const payload = type === null ? [] : payloadFields(start.events.filter((event) => event !== null));
  return bodyFaults({ of: 'the start', event: type, body: start.body, payload }, data, messageFields);
}

interface ReadBody {
  readonly of: string;
  /** The event that gets the payload; null for a start without a first event. */
  readonly event: string | null;
  readonly body: Workflow['start']['body'];
  readonly payload: readonly string[];
}

/** Each field of a body must be kept or be payload, and each part of the payload must come from a field. */
function bodyFaults({ of, event, body, payload }: ReadBody, data: object, further: readonly string[]): string[] {
  const { properties } = body;
  const hasNumber = Object.values(properties).some((field) => addressFormat(field) === 'phone');
  const read = [...Object.keys(data), ...payload, ...further, ...(hasNumber ? ['country'] : [])];
  const payloadOf = event === null ? '' : `, or in the payloads of ${event}`;
  return [
    ...Object.keys(properties)
      .filter((name) => !read.includes(name))
      .map((name) => `${of} does not use its field '${name}': name it in \`data\`${payloadOf}, or name a resolver`),
    ...payload
      .filter((name) => !Object.hasOwn(properties, name))
      .map((name) => `${of} has no field '${name}' for the payload of ${event}: add the field, or name a resolver`),
    ...payload
      .filter((name) => Object.hasOwn(properties, name) && !holdsPlainValues(properties[name]))
      .map((name) => `${of} passes on its field '${name}' as payload, so the field must be a text, a number or a boolean`),
  ];
}

/** The formats of texts that no body could satisfy. */
function unknownFormats(schema: TSchema): string[] {
  const format: unknown = schema['format'];
  const inner = TypeGuard.IsObject(schema)
    ? Object.values(schema.properties)
    : TypeGuard.IsUnion(schema)
      ? schema.anyOf
      : TypeGuard.IsArray(schema)
        ? [schema.items]
        : [];
  return [...(typeof format === 'string' && !isKnownFormat(format) ? [format] : []), ...inner.flatMap(unknownFormats)];
}
