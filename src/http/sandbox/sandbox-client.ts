/** The key of the sandbox's client, with which a person plays the backend of a client. Mounted in the sandbox alone, without CLIENT_KEYS. */
import { type Static, Type } from '@sinclair/typebox';
import { Hono } from 'hono';
import { type DocumentContext, type JsonObject, json, operation, problems } from '../openapi/operation.ts';

const ClientAnswer = Type.Object({ key: Type.String({ description: 'For the header X-Client-Key' }) });

export function sandboxClientRoutes(key: string): Hono {
  return new Hono().get('/sandbox/client', (c) => c.json<Static<typeof ClientAnswer>>({ key }));
}

export function sandboxClientPaths(context: DocumentContext): JsonObject {
  const read = {
    operationId: 'sandboxClient',
    tag: 'Sandbox',
    summary: 'Read the key of a client',
    description: 'With it, the backend of a client sends its events. A start needs no key.',
    success: json(200, 'The key', ClientAnswer),
    problems: problems('internal-error', 'unavailable'),
  };
  return { '/sandbox/client': { get: operation(read, context) } };
}
