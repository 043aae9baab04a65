/** The data of a workflow: the fields of bodies that a session keeps as personal details without a resolver. */
import { KindGuard, type Static, type TObject, type TSchema } from '@sinclair/typebox';

/**
 * How the view sees a field. `shown`: as it was sent. `masked`: in part, by the field's format. `email` and `phone`: as addresses and
 * numbers are masked. `sealed`: never. A function masks the stored text.
 */
export type DataMask = 'shown' | 'masked' | 'email' | 'phone' | 'sealed' | ((detail: string) => string);

/** The kept fields of a workflow, by name. */
export type SessionData = Readonly<Record<string, DataMask>>;

/** A masked detail: a text; if it is shown, also a value of its field. */
export type DataBy<Name extends string, Body extends TObject> = {
  readonly [Field in Name]?: Field extends keyof Static<Body> ? string | Exclude<Static<Body>[Field], undefined> : string;
};

/** Personal details that say whose a session is: its account and its agent. No body and no answer of a task may choose them. */
export const ownershipDetails: readonly string[] = ['accountId', 'lockedAccount', 'copiedAccount', 'agent', 'agentKey'];

/** The use of a resolver that the service makes from `data`: the start, or an event. */
export const startUse = 'start';

/** The name of the resolver that reads the bodies of a start or an event which names none. No module can bring a name with a space. */
export function dataResolverName(workflow: string, version: number, use: string): string {
  return `data of ${workflow}@${version}: ${use}`;
}

/** A start or an event before its resolver has a name. */
interface Reading {
  readonly body: TObject;
  readonly resolver?: string | null;
}

interface Written {
  readonly version: number;
  readonly start: Reading;
  readonly events: Readonly<Record<string, Reading>>;
}

/** Names the resolvers of a start and of events that name none. An event whose body has no field needs none. */
export function withDataResolvers<Of extends Written>(name: string, workflow: Of): Of {
  const { version, start, events } = workflow;
  const named = (use: string, reading: Reading) => ({ ...reading, resolver: dataResolverName(name, version, use) });
  return {
    ...workflow,
    start: start.resolver === undefined ? named(startUse, start) : start,
    events: Object.fromEntries(
      Object.entries(events).map(([type, event]) => {
        if (event.resolver !== undefined) return [type, event];
        return [type, Object.keys(event.body.properties).length === 0 ? { ...event, resolver: null } : named(type, event)];
      }),
    ),
  };
}

/** Every field of the bodies of a workflow, by name. A field that several bodies have is described by the first. */
export function fieldsOfBodies({ start, events }: Pick<Written, 'start' | 'events'>): Readonly<Record<string, TSchema>> {
  return Object.assign({}, ...[start, ...Object.values(events)].map(({ body }) => body.properties).toReversed());
}

/** The kind of address that a field asks for with `format`; null for none. */
export function addressFormat(field: TSchema | undefined): 'email' | 'phone' | null {
  const format: unknown = field?.['format'];
  return format === 'email' || format === 'phone' ? format : null;
}

/** The value of a field as a personal detail, which is a text. */
export function detailText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The value of a field whose personal detail is this text. */
export function detailValue(field: TSchema | undefined, text: string): unknown {
  if (field === undefined || holdsTexts(field)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Another body gave the detail as a text.
    return text;
  }
}

/** True if every value of the schema is a text. */
function holdsTexts(schema: TSchema): boolean {
  if (KindGuard.IsUnion(schema)) return schema.anyOf.every(holdsTexts);
  const choices: unknown = schema['enum'];
  return Array.isArray(choices) ? choices.every((choice) => typeof choice === 'string') : schema['type'] === 'string';
}
