/** The browser of this machine, and the pages that tests open in it. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const usualPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = [process.env['CHROMIUM'] ?? '', ...usualPaths].find((path) => path !== '' && existsSync(path));

/** Tests are skipped without a browser, and their titles say so. */
export const hasBrowser = executablePath !== undefined;

export const skippedWithoutBrowser = hasBrowser ? '' : ' (skipped: no Chromium on this machine)';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export interface PageOptions extends BrowserContextOptions {
  /** The only service that the page may call, by its URL. Absent: the page may call any. */
  readonly service?: string;
  /** True if the service may refuse requests. Browsers log every such answer as an error. */
  readonly mayBeRefused?: boolean;
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors of the page, and its requests to other addresses than the service. */
  readonly complaints: string[];
}

/** Opens an empty page in a context of its own: without cookies or storage of other pages. */
export async function openPage(
  browser: Browser,
  { service, mayBeRefused = false, viewport, ...options }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: viewport ?? { width: 1400, height: 1000 }, ...options });
  // Other tests may fill the processors: a limit ends only what hangs.
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !(mayBeRefused && isRefusal)) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (service !== undefined && !isBelow(service, request.url())) complaints.push(request.url());
  });
  return { page, complaints };
}

/** True for an address of the service. Also for `data:` and `blob:`, which need no request over the network. */
function isBelow(service: string, address: string): boolean {
  const [base, url] = [new URL(service), new URL(address)];
  if (['data:', 'blob:'].includes(url.protocol)) return true;
  return url.origin === base.origin && url.pathname.startsWith(base.pathname);
}
