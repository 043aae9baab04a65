/** The HTTP application: what every request passes through, and the routes. */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import type { Workflow } from '../../machines/workflow.ts';
import { type AddressOf, routedUnder } from './addresses.ts';
import { type AdminRouteDeps, adminRoutes } from './admin/admin-routes.ts';
import { isId } from './authentication/admin-keys.ts';
import { type DiagramRouteDeps, diagramRoutes } from './diagrams/diagram-routes.ts';
import { type DiagramPageDeps, diagramPageRoutes } from './diagrams/diagrams-page.ts';
import { clientRoutes } from './openapi/client-routes.ts';
import { type Asset, assetRoutes, assetsIn, scriptType } from './pages/assets.ts';
import { docsRoutes } from './pages/docs-page.ts';
import { type PageOptions, pageRoutes } from './pages/front-page.ts';
import { pacedDocuments } from './pages/paced-documents.ts';
import { problemPageRoutes } from './pages/problem-pages.ts';
import { Problem } from './problems/problem.ts';
import { type ProblemDeps, problemResponse } from './problems/problem-response.ts';
import { limitedRequests } from './requests/limited-requests.ts';
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
  /** Paths whose answers name the time of the clock. */
  readonly clocked?: readonly string[];
}

export interface AppDeps extends ProblemDeps {
  readonly addressOf: AddressOf;
  readonly sessions: SessionRouteDeps;
  /** The routes of the service's modules. */
  readonly routes: readonly ModuleRoutes[];
  /** Null without keys of admins: there are no such routes then. */
  readonly admin: AdminRouteDeps | null;
  readonly service: ServiceRouteDeps;
  /** Null outside the sandbox: its routes do not exist there. */
  readonly sandbox: SandboxClockRouteDeps | null;
  readonly diagrams: DiagramRouteDeps & DiagramPageDeps;
  readonly pages: PageOptions;
  /** Null outside the sandbox: nobody is to play there. */
  readonly play: PlayPageDeps | null;
  readonly corsOrigins: readonly string[];
  /** Makes the clock current before a request is looked at. */
  readonly refreshClock: () => Promise<void>;
  /** Hears of every answer. */
  readonly answered: (method: string, route: string, status: number, seconds: number) => void;
}

/** The package's client, for pages of this service and of others that its owner lets in. */
const clientFolder = new URL('../client/', import.meta.url);

/** Responses that pages of other sites may read: the API for people, the keys that verify results, and the client itself. */
const crossOriginPaths = ['/v1/*', '/.well-known/*', '/assets/client/*'];

/** The API's document, and the scripts and style sheets that show it. */
const largeDocuments = ['/openapi.json', '/docs/*'] as const;

export function createApp(deps: AppDeps): Hono {
  const app = new Hono(routedUnder(deps.publicUrl));
  app.onError((error, c) => problemResponse(c, error, deps));
  app.notFound((c) => problemResponse(c, new Problem('not-found', 'Nothing exists at this address'), deps));
  app.use(responseHeaders(deps.publicUrl), observed(deps));
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
  app.route('/', problemPageRoutes({ ...deps.pages, publicUrl: deps.publicUrl, problems: deps.problems, openApi: deps.service.openApi }));
  if (deps.play) app.route('/', playPageRoutes(deps.play));
  return app;
}

/** The client as it stands, but for what it knows of the workflows: that is of those that run here. */
function clientAssets(workflows: readonly Workflow[]): Map<string, Asset> {
  const found = assetsIn(clientFolder);
  return found.set('generated/workflow-routes.js', { type: scriptType, text: clientRoutes(workflows) });
}

function crossOrigin({ corsOrigins }: AppDeps): MiddlewareHandler {
  const exposeHeaders = ['Location', 'Preference-Applied', 'Retry-After', 'Service-Time', 'WWW-Authenticate', 'X-Request-Id'];
  return cors({ origin: [...corsOrigins], allowMethods: ['GET', 'POST', 'DELETE'], exposeHeaders, maxAge: 600 });
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
    // A refused request is already part of a line of the log of refusals.
    if (c.get('shed') === true) return;
    log.info(
      { requestId: c.get('requestId'), method, path: loggedPath(route, c.req.path), status, ms: Math.round(ms * 10) / 10 },
      'request',
    );
  };
}

/**
 * The route, with only the ids of the address in it. The rest of an address is the caller's text: no token, email address or line break
 * from there may reach the log.
 */
function loggedPath(route: string, path: string): string {
  const segments = path.split('/');
  const named = route.split('/').map((part, index) => (part.startsWith(':') && isId(segments[index] ?? '') ? segments[index] : part));
  return named.join('/');
}

/**
 * Most bodies say how long they are: then there is nothing to read and count, which would take the server's quick way of reading
 * the body away from whoever wants it.
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

/** Deadlines are of the service's clock: each answer about sessions says what it shows, so that nobody has to trust a clock of their own. */
function current({ refreshClock, now }: AppDeps): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    await refreshClock();
    await next();
    // On Node's own response, as all headers that every answer has.
    c.env.outgoing.setHeader('service-time', timeOf(now()));
  };
}
