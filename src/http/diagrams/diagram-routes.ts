/** Serves the pictures as files, and the data that a page lays over them: the number of sessions in each state, and the tests' coverage. */
import type { Static } from '@sinclair/typebox';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Workflow } from '../../../machines/workflow.ts';
import type { SessionCountsAnswer } from '../openapi/schemas.ts';
import { type DocumentContent, jsonContent, StaticDocuments, staticDocument } from '../pages/static-document.ts';
import { Problem } from '../problems/problem.ts';
import type { Coverage, CoverageFile } from './diagram-coverage.ts';
import type { DiagramFile, DiagramFiles } from './diagram-files.ts';
import type { SessionCounts } from './session-counts.ts';

export interface DiagramRouteDeps {
  readonly workflows: readonly Workflow[];
  readonly files: DiagramFiles;
  /** Null outside the sandbox, where the counts are not public. */
  readonly counts: SessionCounts | null;
  readonly coverage: CoverageFile;
}

export function diagramRoutes({ workflows, files, counts, coverage }: DiagramRouteDeps): Hono {
  const app = new Hono();
  const named = (name: string): Workflow => {
    const workflow = workflows.find((candidate) => candidate.name === name);
    if (!workflow) throw new Problem('not-found', 'No workflow has this name');
    return workflow;
  };
  const pictures = new StaticDocuments((name) => contentOf(files.named(name)));
  // A new coverage object appears only when the tests' file changes, so each object's answer is made once.
  const coverages = new WeakMap<Coverage, (c: Context) => Promise<Response>>();
  if (counts) {
    app.use('/diagrams/:workflow/sessions.json', etag());
    app.get('/diagrams/:workflow/sessions.json', async (c) => {
      const { name } = named(c.req.param('workflow'));
      return c.json<Static<typeof SessionCountsAnswer>>({
        counts: (await counts.of(name)).map(({ version, status, state, sessions }) => ({ version, status, state, sessions })),
      });
    });
  }
  app.get('/diagrams/:workflow/coverage.json', async (c) => {
    const { name, version } = named(c.req.param('workflow'));
    const covered = await coverage.of(name, version);
    if (covered === null) throw new Problem('not-found', 'The model tests have not covered this version of the workflow');
    const answer = coverages.get(covered) ?? staticDocument(() => jsonContent<Coverage>(covered));
    coverages.set(covered, answer);
    return answer(c);
  });
  app.get('/diagrams/:file', (c) => {
    const name = c.req.param('file');
    if (files.named(name) === undefined) throw new Problem('not-found', 'No such picture');
    return pictures.answer(c, name);
  });
  return app;
}

function contentOf(file: DiagramFile | undefined): DocumentContent {
  if (file === undefined) throw new Error('There is no such file');
  const { type, text, styleHashes } = file;
  // A picture opened on its own loads nothing except its own style.
  const policy = `default-src 'none'; style-src ${styleHashes.join(' ')}; frame-ancestors 'none'`;
  const headers = { 'cache-control': 'public, max-age=3600', ...(styleHashes.length === 0 ? {} : { 'content-security-policy': policy }) };
  return { type, text, headers };
}
