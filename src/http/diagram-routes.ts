/** The pictures as files, and what a page lays over them: how many sessions are where, and what the tests covered. */
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import type { Workflow } from '../../machines/workflow.ts';
import type { CoverageFile } from './diagram-coverage.ts';
import type { DiagramFile, DiagramFiles } from './diagram-files.ts';
import { Problem } from './problem.ts';
import type { SessionCounts } from './session-counts.ts';

export interface DiagramRouteParts {
  readonly workflows: readonly Workflow[];
  readonly files: DiagramFiles;
  /** Null where nobody may know: outside the sandbox. */
  readonly counts: SessionCounts | null;
  readonly coverage: CoverageFile;
}

export function diagramRoutes({ workflows, files, counts, coverage }: DiagramRouteParts): Hono {
  const app = new Hono();
  const named = (name: string): Workflow => {
    const workflow = workflows.find((candidate) => candidate.name === name);
    if (!workflow) throw new Problem('not-found', 'There is no workflow of this name');
    return workflow;
  };
  app.use('/diagrams/*', etag(), compress());
  if (counts) {
    app.get('/diagrams/:workflow/sessions.json', async (c) => {
      const { name } = named(c.req.param('workflow'));
      return c.json({
        counts: (await counts.of(name)).map(({ version, status, state, sessions }) => ({ version, status, state, sessions })),
      });
    });
  }
  app.get('/diagrams/:workflow/coverage.json', async (c) => {
    const { name, version } = named(c.req.param('workflow'));
    const covered = await coverage.of(name, version);
    if (covered === null) throw new Problem('not-found', 'The model tests have said nothing of this version of the workflow');
    return c.json(covered);
  });
  app.get('/diagrams/:file', (c) => {
    const file = files.named(c.req.param('file'));
    if (file === undefined) throw new Problem('not-found', 'There is no such picture');
    return c.body(file.text, 200, headersOf(file));
  });
  return app;
}

function headersOf({ type, tag, styleHashes }: DiagramFile): Record<string, string> {
  return {
    'content-type': type,
    'cache-control': 'public, max-age=3600',
    etag: `"${tag}"`,
    // A picture that is opened by itself brings its own style, and nothing else.
    ...(styleHashes.length === 0
      ? {}
      : { 'content-security-policy': `default-src 'none'; style-src ${styleHashes.join(' ')}; frame-ancestors 'none'` }),
  };
}
