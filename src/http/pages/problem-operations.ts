/** The operations of the OpenAPI document that can answer with a problem, and their places in the reference. */
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AddressOf } from '../addresses.ts';

export interface OperationLink {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The address of the operation in the reference. */
  readonly href: string;
}

const Response = Type.Object({
  $ref: Type.Optional(Type.String()),
  content: Type.Optional(Type.Record(Type.String(), Type.Object({ examples: Type.Optional(Type.Record(Type.String(), Type.Unknown())) }))),
});

/** The parts of the document that are read here. The problems of an answer are the names of its examples. */
const Document = Type.Object({
  components: Type.Object({ responses: Type.Record(Type.String(), Response) }),
  paths: Type.Record(
    Type.String(),
    Type.Record(
      Type.String(),
      Type.Object({
        operationId: Type.String(),
        summary: Type.String(),
        tags: Type.Array(Type.String(), { minItems: 1 }),
        responses: Type.Record(Type.String(), Response),
      }),
    ),
  ),
});

/** @returns the operations by problem code, in the order of the document */
export function operationsByProblem(openApi: unknown, addressOf: AddressOf): Map<string, OperationLink[]> {
  const { paths, components } = Value.Parse(Document, openApi);
  const shared = new Map(Object.entries(components.responses).map(([name, response]) => [`#/components/responses/${name}`, response]));
  const found = new Map<string, OperationLink[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { operationId, summary, tags, responses }] of Object.entries(methods)) {
      const [tag = ''] = tags;
      // Swagger UI gives each operation this fragment.
      const href = addressOf(`/docs#/${encodeURIComponent(tag)}/${encodeURIComponent(operationId)}`);
      const codes = Object.values(responses).flatMap((response) => {
        const { content = {} } = shared.get(response.$ref ?? '') ?? response;
        return Object.keys(content['application/problem+json']?.examples ?? {});
      });
      for (const code of codes) found.set(code, [...(found.get(code) ?? []), { method: method.toUpperCase(), path, tag, summary, href }]);
    }
  }
  return found;
}
