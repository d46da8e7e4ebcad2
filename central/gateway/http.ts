import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { API_BODY_MAX_BYTES } from '@gondola/shared/lib/limits.ts';
import compression from 'compression';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { allotmentRoutes } from './allotment-routes.ts';
import { requireCaller } from './auth.ts';
import { conflictRoutes } from './conflict-routes.ts';
import type { InventoryDesk } from './desk-ports.ts';
import { docsRoutes } from './docs-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { type Page, pageRoutes } from './pages.ts';
import { poolRoutes } from './pool-routes.ts';
import type { HealthCheck, Identities, StoreDirectory } from './ports.ts';
import { sendProblem } from './problem-details.ts';
import { sessionRoutes } from './session-routes.ts';
import { storeRoutes } from './store-routes.ts';
import { type SyncParts, syncRoutes } from './sync-routes.ts';
import { transferRoutes } from './transfer-routes.ts';

export interface GatewayParts extends Omit<SyncParts, 'limitEnrolment'> {
  readonly identities: Identities;
  readonly desk: InventoryDesk;
  readonly directory: StoreDirectory;
  readonly checks: readonly HealthCheck[];
  readonly pages: readonly Page[];
  /** What the console's page reads, behind a session; mounted at /console/api. */
  readonly consoleRoutes: Router;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly newRequestId: () => string;
  readonly onError: (error: unknown, requestId: string) => void;
}

const ENROLMENT_TRIES_PER_MINUTE = 20;
const SIGN_IN_TRIES_PER_MINUTE = 20;
/** A dropped connection must not keep half a push in memory for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** The Express application and its server. Knows HTTP and nothing of stock. */
export function createGateway(parts: GatewayParts): Server<typeof IncomingMessage, typeof ServerResponse> {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(withRequestId(parts.newRequestId));
  // Before what pages need: a push is short and there are many of them.
  app.use(
    '/sync/v1',
    allowElectron(),
    syncRoutes({ ...parts, limitEnrolment: limitFailures(ENROLMENT_TRIES_PER_MINUTE) }),
  );
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      // Whether there is TLS in front is not this program's to say.
      strictTransportSecurity: false,
    }),
  );
  app.use(compression());
  app.use(healthRoutes(parts.checks));
  app.use(docsRoutes());
  const limitSignIn = limitFailures(SIGN_IN_TRIES_PER_MINUTE);
  app.use(sessionRoutes(parts.identities, limitSignIn));
  app.use('/console/api', requireCaller(parts.identities), parts.consoleRoutes);
  app.get('/metrics', requireCaller(parts.identities), async (_request, response) => {
    const { contentType, body } = await parts.metrics();
    response.type(contentType).send(body);
  });
  app.use(
    '/api/v1',
    requireCaller(parts.identities),
    express.json({ limit: API_BODY_MAX_BYTES }),
    apiRoutes(parts),
  );
  for (const page of parts.pages) app.use(page.base, pageRoutes(page));
  app.get('/', (_request, response) => response.redirect(302, '/console/'));
  app.use((request, response) => {
    sendProblem(
      response,
      'not-found',
      `Nothing is served at ${request.method} ${request.path}; /docs describes the API.`,
    );
  });
  app.use(toProblem(parts.onError));
  const server = createServer(app);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  return server;
}

function apiRoutes(parts: GatewayParts): Router {
  const router = express.Router();
  router.use('/inventory', inventoryRoutes(parts.desk, parts.directory));
  router.use('/inventory', poolRoutes(parts.desk, parts.directory));
  router.use('/transfers', transferRoutes(parts.desk, parts.directory));
  router.use('/allotments', allotmentRoutes(parts.desk));
  router.use('/conflicts', conflictRoutes(parts.desk));
  router.get('/audit', async (_request, response) => {
    response.json(await parts.desk.audit());
  });
  router.use(storeRoutes(parts.directory));
  return router;
}

function withRequestId(newRequestId: () => string): RequestHandler {
  return (_request, response, next) => {
    const id = newRequestId();
    response.locals.requestId = id;
    response.set('X-Request-Id', id);
    next();
  };
}

/** Electron's page has its own scheme; its token, not its origin, is what lets it in. */
function allowElectron(): RequestHandler {
  return (request, response, next) => {
    const { origin } = request.headers;
    if (origin?.startsWith('app://')) {
      response.set('Access-Control-Allow-Origin', origin);
      response.set('Access-Control-Allow-Headers', 'Authorization, Content-Type');
      response.set('Access-Control-Max-Age', '86400');
      response.set('Vary', 'Origin');
      response.set('Cross-Origin-Resource-Policy', 'cross-origin');
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}

/** Guessing is what must be slow: a whole chain may enrol its tills in one morning from one address. */
function limitFailures(perMinute: number): RequestHandler {
  return rateLimit({
    skipSuccessfulRequests: true,
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) =>
      sendProblem(response, 'too-many-requests', 'Too many tries: wait a minute and try again.'),
  });
}

function toProblem(onError: GatewayParts['onError']): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error?.status === 'number' ? error.status : 500;
    const requestId = String(response.locals.requestId);
    if (status === 413)
      sendProblem(response, 'too-large', 'The body is larger than this route takes: send less at once.');
    else if (status === 415) sendProblem(response, 'unsupported-media-type', 'Send JSON in UTF-8.');
    else if (status >= 400 && status < 500)
      sendProblem(response, 'invalid-request', 'The body is not valid JSON, or the address is malformed.');
    else {
      onError(error, requestId);
      sendProblem(
        response,
        'internal',
        `Nothing more is known here; the log names request ${requestId}. It is safe to try again.`,
        { requestId },
      );
    }
  };
}
