/** The scripts and style sheets of pages, served unchanged from their folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { staticDocument } from './static-document.ts';

export interface Asset {
  readonly type: string;
  /** Called once, for the first request. */
  readonly text: () => string;
}

export const scriptType = 'text/javascript; charset=utf-8';

/** Every script and style sheet in a folder and its subfolders, by its path from the folder. */
export function assetsIn(folder: URL): Map<string, Asset> {
  const found = new Map<string, Asset>();
  for (const name of readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' })) {
    const type = name.endsWith('.js') ? scriptType : 'text/css; charset=utf-8';
    if (!/\.(js|css)$/.test(name)) continue;
    const path = name.replaceAll('\\', '/');
    found.set(path, { type, text: () => readFileSync(new URL(path, folder), 'utf8') });
  }
  return found;
}

/** Serves the assets below an address that ends with a slash. */
export function assetRoutes(address: string, assets: ReadonlyMap<string, Asset>): Hono {
  const app = new Hono();
  // Browsers revalidate each time, so that script and page are of one version. An unchanged file is not sent again.
  const headers = { 'cache-control': 'public, no-cache' };
  for (const [name, { type, text }] of assets)
    app.get(
      address + name,
      staticDocument(() => ({ type, text: text(), headers })),
    );
  return app;
}
