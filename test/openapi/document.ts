/** The OpenAPI document of a service with the built-in modules, in the configuration that serves every route. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInModules } from '../../src/modules/built-in.ts';
import { createService } from '../../src/service/service.ts';
import type { Document } from './comparison.ts';
import { isRecord } from './schema-comparison.ts';

const key = 'a-key-that-opens-every-route';

/** @param settings further ones */
export async function servedDocument(settings: Readonly<Record<string, string>> = {}): Promise<Document> {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  const config = {
    DATA_DIR: folder,
    SANDBOX: 'true',
    PUBLIC_URL: 'https://verify.example',
    LOG_LEVEL: 'silent',
    CLIENT_KEYS: `shop:${key}`,
    ADMIN_KEYS: `desk:${key}`,
    METRICS_KEY: key,
    ...settings,
  };
  const service = await createService({ modules: builtInModules(), config });
  try {
    const document: unknown = await (await service.fetch(new Request('https://verify.example/openapi.json'))).json();
    if (!isRecord(document)) throw new Error('The service answered no document');
    return document;
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
