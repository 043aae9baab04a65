/** The part of the OpenAPI document about the pictures and the data that the designers' page lays over them. */
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';
import { CoverageAnswer, SessionCountsAnswer } from '../openapi/schemas.ts';

/** @param sandbox true if anyone may count the sessions */
export function diagramPaths(context: DocumentContext, sandbox: boolean): JsonObject {
  const tag = 'Workflows';
  const text = { type: 'string' };
  const workflow = { name: 'workflow', in: 'path', required: true, description: 'The name of the workflow', schema: text };
  const file = {
    name: 'file',
    in: 'path',
    required: true,
    description: 'The name of the workflow, and `.svg`, `.overview.svg`, `.mmd` or `.json`',
    schema: { type: 'string', pattern: '^[a-z0-9-]+(\\.overview\\.svg|\\.svg|\\.mmd|\\.json)$' },
  };
  const picture = {
    operationId: 'diagram',
    tag,
    summary: 'Read a diagram',
    description: 'A machine as a picture, as Mermaid text, or as plain data. `/v1/workflows` links the existing files.',
    parameters: [file],
    success: {
      status: 200 as const,
      description: 'The diagram',
      content: {
        'image/svg+xml': { schema: text },
        'text/plain': { schema: text },
        'application/json': { schema: { type: 'object' } },
      },
    },
    problems: problems('not-found', 'internal-error'),
  };
  const coverage = {
    operationId: 'diagramCoverage',
    tag,
    summary: 'Read the coverage of the tests',
    description: 'The number of model-test paths through each state and transition. Available if the tests have run.',
    parameters: [workflow],
    success: json(200, 'The coverage', CoverageAnswer),
    problems: problems('not-found', 'internal-error'),
  };
  const sessions = {
    operationId: 'diagramSessions',
    tag,
    summary: 'Count the sessions',
    description: 'The number of sessions in each state, including ended ones. In the sandbox only; at most a few seconds old.',
    parameters: [workflow],
    success: json(200, 'The counts', SessionCountsAnswer),
    problems: problems('not-found', 'internal-error', 'unavailable'),
  };
  return {
    '/diagrams/{file}': { get: operation(picture, context) },
    '/diagrams/{workflow}/coverage.json': { get: operation(coverage, context) },
    ...(sandbox ? { '/diagrams/{workflow}/sessions.json': { get: operation(sessions, context) } } : {}),
  };
}
