/** The HTTP application: its middleware and its routes. */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import type { Workflow } from '../../machines/workflow.ts';
import { isId } from '../common/ids.ts';
import { type AddressOf, routedUnder } from './addresses.ts';
import { type AdminRouteDeps, adminRoutes } from './admin/admin-routes.ts';
import { type DiagramRouteDeps, diagramRoutes } from './diagrams/diagram-routes.ts';
import { type DiagramPageDeps, diagramPageRoutes } from './diagrams/diagrams-page.ts';
import { clientRoutes } from './openapi/client-routes.ts';
import { type Asset, assetRoutes, assetsIn, scriptType } from './pages/assets.ts';
import { docsRoutes } from './pages/docs-page.ts';
import { type PageOptions, pageRoutes } from './pages/front-page.ts';
import { invitationPageRoutes } from './pages/invitation-page.ts';
import { pagesAtOwnName } from './pages/own-name.ts';
import { pacedDocuments } from './pages/paced-documents.ts';
import { problemPageRoutes } from './pages/problem-pages.ts';
import { Problem } from './problems/problem.ts';
import { type ProblemDeps, problemResponse } from './problems/problem-response.ts';
import { thrownValues } from './problems/thrown-values.ts';
import { limitedRequests } from './requests/limited-requests.ts';
import { canonicalOrigin } from './requests/origin.ts';
import { bodyLimitBytes } from './requests/request-body.ts';
import { responseHeaders } from './response-headers.ts';
import { type PlayPageDeps, playPageRoutes } from './sandbox/play-page.ts';
import { type SandboxClockRouteDeps, sandboxClockRoutes } from './sandbox/sandbox-clock-routes.ts';
import { type ServiceRouteDeps, serviceRoutes } from './service-routes.ts';
import { timeOf } from './sessions/representation.ts';
import { type SessionRouteDeps, sessionRoutes } from './sessions/session-routes.ts';

/** Routes that a module adds. */
export interface ModuleRoutes {
  readonly app: Hono;
  /** Paths whose answers contain times of the service's clock. */
  readonly clocked?: readonly string[];
}

export interface AppDeps extends ProblemDeps {
  readonly addressOf: AddressOf;
  readonly sessions: SessionRouteDeps;
  /** The routes of the service's modules. */
  readonly routes: readonly ModuleRoutes[];
  /** Null without admin keys: the admins' routes do not exist then. */
  readonly admin: AdminRouteDeps | null;
  readonly service: ServiceRouteDeps;
  /** Null outside the sandbox: the sandbox's routes do not exist there. */
  readonly sandbox: SandboxClockRouteDeps | null;
  readonly diagrams: DiagramRouteDeps & DiagramPageDeps;
  readonly pages: PageOptions;
  /** Null outside the sandbox, where nothing may be played. */
  readonly play: PlayPageDeps | null;
  readonly corsOrigins: readonly string[];
  /** Updates the clock before a request is judged. */
  readonly refreshClock: () => Promise<void>;
  /** Called for every answer. */
  readonly answered: (method: string, route: string, status: number, seconds: number) => void;
}

/** The package's client. Pages of this service load it, and pages of the sites in CORS_ORIGINS may. */
const clientFolder = new URL('../client/', import.meta.url);

/** Responses that pages of other sites may read: the API, the keys that verify results, and the client. */
const crossOriginPaths = ['/v1/*', '/.well-known/*', '/assets/client/*'];

/** The API's document, and the scripts and style sheets that show it. */
const largeDocuments = ['/openapi.json', '/docs/*'] as const;

export function createApp(deps: AppDeps): Hono {
  const app = new Hono(routedUnder(deps.publicUrl));
  app.onError((error, c) => problemResponse(c, error, deps));
  app.notFound((c) => problemResponse(c, new Problem('not-found', 'Nothing exists at this address'), deps));
  app.use(responseHeaders(deps.publicUrl), observed(deps), thrownValues());
  const ownName = pagesAtOwnName(deps.publicUrl);
  if (ownName !== null) app.use(ownName);
  if (deps.corsOrigins.length > 0) for (const path of crossOriginPaths) app.use(path, crossOrigin(deps));
  app.use(limitedRequests(deps.sessions.caller), limitedBody());
  for (const path of largeDocuments) app.use(path, pacedDocuments(deps.sessions.caller));
  app.use('/v1/*', current(deps));
  app.route('/', sessionRoutes(deps.sessions));
  for (const path of deps.routes.flatMap(({ clocked = [] }) => [...clocked])) app.use(path, current(deps));
  if (deps.admin) app.route('/', adminRoutes(deps.admin));
  for (const { app: routes } of deps.routes) app.route('/', routes);
  app.route('/', serviceRoutes(deps.service));
  if (deps.sandbox) app.route('/', sandboxClockRoutes(deps.sandbox));
  app.route('/', assetRoutes('/assets/client/', clientAssets(deps.sessions.workflows)));
  app.route('/', diagramPageRoutes(deps.diagrams));
  app.route('/', diagramRoutes(deps.diagrams));
  app.route('/', docsRoutes(deps.addressOf));
  app.route('/', pageRoutes(deps.pages));
  app.route('/', invitationPageRoutes({ ...deps.pages, workflows: [...(deps.sessions.older ?? []), ...deps.sessions.workflows] }));
  app.route('/', problemPageRoutes({ ...deps.pages, publicUrl: deps.publicUrl, problems: deps.problems, openApi: deps.service.openApi }));
  if (deps.play) app.route('/', playPageRoutes(deps.play));
  return app;
}

/** The client's files. The generated list of workflows is replaced by one of the workflows that run here. */
function clientAssets(workflows: readonly Workflow[]): Map<string, Asset> {
  const found = assetsIn(clientFolder);
  return found.set('generated/workflow-routes.js', { type: scriptType, text: () => clientRoutes(workflows) });
}

function crossOrigin({ corsOrigins }: AppDeps): MiddlewareHandler {
  const exposeHeaders = ['Location', 'Preference-Applied', 'Retry-After', 'Service-Time', 'WWW-Authenticate', 'X-Request-Id'];
  const isAllowed = (origin: string) => corsOrigins.includes(canonicalOrigin(origin) ?? origin);
  return cors({
    origin: (origin) => (isAllowed(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
    exposeHeaders,
    maxAge: 600,
  });
}

function observed({ log, answered }: AppDeps): MiddlewareHandler {
  return async (c, next) => {
    const begun = performance.now();
    await next();
    const ms = performance.now() - begun;
    const route = routePath(c, -1);
    const { method } = c.req;
    const { status } = c.res;
    answered(method, route, status, ms / 1000);
    // The log of refused requests counts this request already.
    if (c.get('shed') === true) return;
    log.info(
      { requestId: c.get('requestId'), method, path: loggedPath(route, c.req.path), status, ms: Math.round(ms * 10) / 10 },
      'request',
    );
  };
}

/**
 * The route, with only the ids of the address filled in. All other parts of an address are the caller's text: tokens, email addresses and
 * line breaks from there must not reach the log.
 */
function loggedPath(route: string, path: string): string {
  const segments = path.split('/');
  const named = route
    .split('/')
    .map((part, index) => (part.startsWith(':') && isId((segments[index] ?? '').toLowerCase()) ? segments[index] : part));
  return named.join('/');
}

/**
 * Limits the size of bodies. A declared length is compared without counting bytes, because counting would disable the server's fast way of
 * reading a body.
 */
function limitedBody(): MiddlewareHandler {
  const tooLarge = (): never => {
    throw new Problem('body-too-large', 'The body is larger than 64 KiB');
  };
  const counted = bodyLimit({ maxSize: bodyLimitBytes, onError: tooLarge });
  return async (c, next) => {
    if (c.req.header('transfer-encoding') !== undefined) return counted(c, next);
    if (Number(c.req.header('content-length') ?? 0) > bodyLimitBytes) tooLarge();
    return next();
  };
}

/** Adds the service's time to each answer about sessions. Deadlines refer to this clock, so the client's clock does not matter. */
function current({ refreshClock, now }: AppDeps): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    await refreshClock();
    await next();
    // Set on Node's own response, as are the headers of every answer.
    c.env.outgoing.setHeader('service-time', timeOf(now()));
  };
}
