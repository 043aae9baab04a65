/** The HTTP application: what every request passes through, and the routes. */
import type { HttpBindings } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import type { Workflow } from '../../machines/workflow.ts';
import { type AddressOf, routedUnder } from './addresses.ts';
import { type AdminRouteParts, adminRoutes } from './admin/admin-routes.ts';
import { isId } from './authentication/staff.ts';
import { type DiagramRouteParts, diagramRoutes } from './diagrams/diagram-routes.ts';
import { type DiagramPageParts, diagramPageRoutes } from './diagrams/diagrams-page.ts';
import { clientRoutes } from './openapi/client-routes.ts';
import { type Asset, assetRoutes, assetsIn, scriptType } from './pages/assets.ts';
import { docsRoutes } from './pages/docs-page.ts';
import { type PageOptions, pageRoutes } from './pages/front-page.ts';
import { pacedDocuments } from './pages/paced-documents.ts';
import { problemPageRoutes } from './pages/problem-pages.ts';
import { Problem } from './problems/problem.ts';
import { type ProblemParts, problemResponse } from './problems/problem-response.ts';
import { limitedRequests } from './requests/limited-requests.ts';
import { bodyLimitBytes } from './requests/request-body.ts';
import { responseHeaders } from './response-headers.ts';
import { type PlayPageParts, playPageRoutes } from './sandbox/play-page.ts';
import { type SandboxClockRouteParts, sandboxClockRoutes } from './sandbox/sandbox-clock-routes.ts';
import { type ServiceRouteParts, serviceRoutes } from './service-routes.ts';
import { timeOf } from './sessions/representation.ts';
import { type SessionRouteParts, sessionRoutes } from './sessions/session-routes.ts';

/** Routes that a module adds. */
export interface ModuleRoutes {
  readonly app: Hono;
  /** Paths whose answers name the time of the clock. */
  readonly clocked?: readonly string[];
}

export interface AppParts extends ProblemParts {
  readonly addressOf: AddressOf;
  readonly sessions: SessionRouteParts;
  /** The routes of the service's modules. */
  readonly routes: readonly ModuleRoutes[];
  /** Null without keys of administrators: there are no such routes then. */
  readonly admin: AdminRouteParts | null;
  readonly service: ServiceRouteParts;
  /** Null outside the sandbox: its routes do not exist there. */
  readonly sandbox: SandboxClockRouteParts | null;
  readonly diagrams: DiagramRouteParts & DiagramPageParts;
  readonly pages: PageOptions;
  /** Null outside the sandbox: nobody is to play there. */
  readonly play: PlayPageParts | null;
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

export function createApp(parts: AppParts): Hono {
  const app = new Hono(routedUnder(parts.publicUrl));
  app.onError((error, c) => problemResponse(c, error, parts));
  app.notFound((c) => problemResponse(c, new Problem('not-found', 'Nothing exists at this address'), parts));
  app.use(responseHeaders(parts.publicUrl), observed(parts));
  if (parts.corsOrigins.length > 0) for (const path of crossOriginPaths) app.use(path, crossOrigin(parts));
  app.use(limitedRequests(parts.sessions.origin), limitedBody());
  for (const path of largeDocuments) app.use(path, pacedDocuments(parts.sessions.origin));
  app.use('/v1/*', current(parts));
  app.route('/', sessionRoutes(parts.sessions));
  for (const path of parts.routes.flatMap(({ clocked = [] }) => [...clocked])) app.use(path, current(parts));
  if (parts.admin) app.route('/', adminRoutes(parts.admin));
  for (const { app: routes } of parts.routes) app.route('/', routes);
  app.route('/', serviceRoutes(parts.service));
  if (parts.sandbox) app.route('/', sandboxClockRoutes(parts.sandbox));
  app.route('/', assetRoutes('/assets/client/', clientAssets(parts.sessions.workflows)));
  app.route('/', diagramPageRoutes(parts.diagrams));
  app.route('/', diagramRoutes(parts.diagrams));
  app.route('/', docsRoutes(parts.addressOf));
  app.route('/', pageRoutes(parts.pages));
  app.route(
    '/',
    problemPageRoutes({ ...parts.pages, publicUrl: parts.publicUrl, problems: parts.problems, openApi: parts.service.openApi }),
  );
  if (parts.play) app.route('/', playPageRoutes(parts.play));
  return app;
}

/** The client as it stands, but for what it knows of the workflows: that is of those that run here. */
function clientAssets(workflows: readonly Workflow[]): Map<string, Asset> {
  const found = assetsIn(clientFolder);
  return found.set('generated/workflow-routes.js', { type: scriptType, text: clientRoutes(workflows) });
}

function crossOrigin({ corsOrigins }: AppParts): MiddlewareHandler {
  const exposeHeaders = ['Location', 'Preference-Applied', 'Retry-After', 'Service-Time', 'WWW-Authenticate', 'X-Request-Id'];
  return cors({ origin: [...corsOrigins], allowMethods: ['GET', 'POST', 'DELETE'], exposeHeaders, maxAge: 600 });
}

function observed({ log, answered }: AppParts): MiddlewareHandler {
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
function current({ refreshClock, now }: AppParts): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async (c, next) => {
    await refreshClock();
    await next();
    // On Node's own response, as all headers that every answer has.
    c.env.outgoing.setHeader('service-time', timeOf(now()));
  };
}
