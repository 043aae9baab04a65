/** The pages for people: each exists, loads nothing from elsewhere, and shows text as text. */
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Value } from '@sinclair/typebox/value';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { readMachine } from '../../src/diagrams/machine-reader.ts';
import { addressesUnder } from '../../src/http/addresses.ts';
import { CoverageFile } from '../../src/http/diagrams/diagram-coverage.ts';
import { DiagramFiles } from '../../src/http/diagrams/diagram-files.ts';
import { diagramPageRoutes } from '../../src/http/diagrams/diagrams-page.ts';
import { openApiDocument } from '../../src/http/openapi-document.ts';
import { docsRoutes } from '../../src/http/pages/docs-page.ts';
import { type PageOptions, pageRoutes } from '../../src/http/pages/front-page.ts';
import { problemPageRoutes } from '../../src/http/pages/problem-pages.ts';
import { playPageRoutes } from '../../src/http/sandbox/play-page.ts';
import { openApiOptions, problemKinds, problems } from '../support/open-api.ts';
import { workflows } from '../support/workflows.ts';

const publicUrl = 'https://verify.example';
const registered = workflows.latest();
const codes = Object.entries(problemKinds);
const folder = fileURLToPath(new URL('../../diagrams', import.meta.url));
const files = new DiagramFiles(Object.fromEntries(registered.map(({ name }) => [name, folder])), addressesUnder(publicUrl));

const openApi = () => openApiDocument(registered, openApiOptions({ publicUrl }));

function appWith(options: Partial<Omit<PageOptions, 'addressOf'> & { publicUrl: string }> = {}): Hono {
  const app = new Hono();
  const addressOf = addressesUnder(options.publicUrl ?? publicUrl);
  app.route('/', docsRoutes(addressOf));
  const parts = { serviceName: 'Example', sandbox: true, publicUrl, addressOf, ...options };
  app.route('/', pageRoutes(parts));
  app.route('/', problemPageRoutes({ ...parts, problems, openApi }));
  app.route('/', diagramPageRoutes({ ...parts, workflows: registered, files, coverage: new CoverageFile(''), figures: () => [] }));
  if (parts.sandbox)
    app.route(
      '/',
      playPageRoutes({
        ...parts,
        workflows: registered,
        clientKeys: false,
        asksBackends: () => false,
        files,
        model: readMachine,
        choices: { countries: ['FR 33'] },
      }),
    );
  return app;
}

const app = appWith();

async function page(path: string, from = app): Promise<string> {
  const response = await from.request(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
  return response.text();
}

/** The readable text, without markup. */
function textOf(html: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return html.replaceAll(/<[^>]*>/g, '').replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name) => entities[name] ?? '');
}

describe('a problem', () => {
  test.each(codes)('%s has a page that explains it', async (code, { title, status, explanation, remedy }) => {
    const text = textOf(await page(`/problems/${code}`));
    expect(text).toContain(title);
    expect(text).toContain(`${code}, status ${status}`);
    expect(text).toContain(explanation.replaceAll('`', ''));
    expect(text).toContain(remedy.replaceAll('`', ''));
    expect(text).toContain(`"type": "${publicUrl}/problems/${code}"`);
  });

  test('is listed', async () => {
    const index = await page('/problems');
    expect(index).toContain('<a href="/">');
    for (const [code, { title }] of codes) {
      expect(index).toContain(`href="/problems/${code}"`);
      expect(textOf(index)).toContain(title);
    }
  });

  test('names the requests that can be answered with it, and links them in the reference', async () => {
    const links = async (code: string) =>
      [...(await page(`/problems/${code}`)).matchAll(/<a href="(\/docs#[^"]*)"><code>([^<]*)</g)].map(
        ([, href, request]) => `${request} ${href}`,
      );
    const start = 'POST /v1/email-verifications /docs#/Email%20verification/emailVerificationStart';
    const submit = 'POST /v1/email-verifications/{id}/submit-code /docs#/Email%20verification/emailVerificationSubmitCode';
    expect(await links('wrong-code')).toContain(submit);
    expect(await links('wrong-code')).not.toContain(start);
    expect(await links('unavailable')).toEqual(expect.arrayContaining([start, submit]));
    for (const [code] of codes) expect([code, (await links(code)).length]).not.toEqual([code, 0]);
  });

  test.each(['nothing', 'constructor', '__proto__'])('that does not exist has no page: %s', async (code) => {
    expect((await app.request(`/problems/${code}`)).status).toBe(404);
  });
});

describe('the landing page', () => {
  test('shows calls that the service would accept', async () => {
    const commands = [...(await page('/')).matchAll(/<pre>(.*?)<\/pre>/gs)].map(([, command]) => textOf(command ?? ''));
    const [start, read, submit] = commands;
    const workflow = registered.find(({ collection }) => start?.includes(`curl -s ${publicUrl}/v1/${collection} `));
    const body: unknown = JSON.parse(/-d '(.*)'$/.exec(start ?? '')?.[1] ?? 'null');
    expect(workflow && Value.Check(workflow.start.body, body)).toBe(true);
    expect(read).toBe(`curl -s '${publicUrl}/sandbox/messages?to=jane@example.com'`);
    expect(submit).toContain(`${publicUrl}/v1/${workflow?.collection}/ID/submit-code `);
    expect(commands).toHaveLength(3);
  });

  test('links to all other pages', async () => {
    const landing = await page('/');
    for (const path of ['/docs', '/openapi.json', '/v1/workflows', '/problems', '/diagrams']) expect(landing).toContain(`href="${path}"`);
    for (const { name } of registered) expect(landing).toContain(`href="/?workflow=${name}"`);
  });

  test('discloses nothing outside the sandbox', async () => {
    const landing = await page('/', appWith({ sandbox: false }));
    expect(textOf(landing)).toContain('Example');
    expect(landing).not.toMatch(/sandbox|\/v1|<a |curl/);
  });
});

describe('a page', () => {
  const paths = ['/', '/docs', '/problems', ...codes.map(([code]) => `/problems/${code}`)];

  test.each(paths)('loads only files of this service: %s', async (path) => {
    const html = await page(path);
    const references = [...html.matchAll(/<(\w+)[^>]*\s(?:src|href)="([^"]*)"/g)].map(([, element, address]) => ({
      element,
      address: address ?? '',
    }));
    for (const { address } of references) expect(address).toMatch(/^(\/(?!\/)|#|data:,$)/);
    const loaded = references.filter(({ element, address }) => element !== 'a' && address !== 'data:,');
    expect(loaded).not.toEqual([]);
    for (const { address } of loaded) {
      const response = await app.request(address);
      expect([address, response.status]).toEqual([address, 200]);
      if (address.endsWith('.css')) expect(await response.text()).not.toMatch(/@import|url\(\s*["']?(?!data:|["']?data:|#)/);
    }
  });

  test.each(paths)('has a policy that allows nothing else, and nothing inline: %s', async (path) => {
    const policy = (await app.request(path)).headers.get('content-security-policy') ?? '';
    const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]));
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    for (const source of [...directives.values()].flat()) expect(["'none'", "'self'", 'data:']).toContain(source);
    expect(directives.get('script-src') ?? []).not.toContain('data:');
    expect(await page(path)).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  test('shows text as text', async () => {
    const from = appWith({ serviceName: '<b onclick="x">&', publicUrl: "https://verify.example/'<i>" });
    for (const path of ['/', '/problems', '/problems/wrong-code']) {
      const html = await page(path, from);
      expect(html).not.toMatch(/<b |<i>/);
      expect(html).toContain('&lt;b onclick=&quot;x&quot;&gt;&amp;');
    }
  });
});

describe('a file of the reference', () => {
  const bundle = '/docs/swagger-ui-bundle.js';

  test('is not sent again while it is unchanged', async () => {
    const etag = (await app.request(bundle)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect((await app.request(bundle, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await app.request(bundle, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('is sent compressed', async () => {
    const response = await app.request(bundle, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()).toBe(await (await app.request(bundle)).text());
  });
});
