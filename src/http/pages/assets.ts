/** Scripts and style sheets as files of their own: what a page loads, as it stands in its folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { staticDocument } from './static-document.ts';

export interface Asset {
  readonly type: string;
  readonly text: string;
}

export const scriptType = 'text/javascript; charset=utf-8';

/** Every script and style sheet in a folder, and in the folders in it, by its path from there. */
export function assetsIn(folder: URL): Map<string, Asset> {
  const found = new Map<string, Asset>();
  for (const name of readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' })) {
    const type = name.endsWith('.js') ? scriptType : 'text/css; charset=utf-8';
    if (!/\.(js|css)$/.test(name)) continue;
    const path = name.replaceAll('\\', '/');
    found.set(path, { type, text: readFileSync(new URL(path, folder), 'utf8') });
  }
  return found;
}

/** Serves them below an address that ends with a slash. */
export function assetRoutes(address: string, assets: ReadonlyMap<string, Asset>): Hono {
  const app = new Hono();
  // Browsers revalidate each time, so that the script and the page are of one version. An unchanged file is not sent again.
  const headers = { 'cache-control': 'public, no-cache' };
  for (const [name, asset] of assets)
    app.get(
      address + name,
      staticDocument(() => ({ ...asset, headers })),
    );
  return app;
}
