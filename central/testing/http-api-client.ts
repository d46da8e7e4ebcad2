/** Asks routes of the public API over real HTTP, as the program or the person whose name the request carries. */
import express, { type RequestHandler, type Router } from 'express';
import { type Served, serveRoutes } from './http-serve.ts';

export interface ApiReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape
  readonly body: any;
  readonly etag: string | null;
  readonly isReplay: boolean;
}

export interface ApiUnderTest {
  get(path: string): Promise<ApiReply>;
  /** `key` names the intent; the same one again is a repeat. */
  post(
    path: string,
    key: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiReply>;
  put(path: string, key: string, body: object): Promise<ApiReply>;
  readonly close: Served['close'];
}

/** Serves the routes for one caller, who is let in already. */
export async function serveApi(
  routes: readonly (readonly [base: string, router: Router])[],
  caller: { readonly kind: 'api'; readonly apiKeyId: string; readonly name: string },
): Promise<ApiUnderTest> {
  const router = express.Router();
  const letIn: RequestHandler = (_request, response, next) => {
    response.locals['caller'] = caller;
    next();
  };
  router.use(letIn, express.json());
  for (const [base, part] of routes) router.use(base, part);
  const served = await serveRoutes('/api/v1', router);
  const ask = async (method: string, path: string, headers: object, body?: object): Promise<ApiReply> => {
    const response = await fetch(`${served.url}/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      body: await response.json(),
      etag: response.headers.get('etag'),
      isReplay: response.headers.get('idempotency-replayed') === 'true',
    };
  };
  return {
    get: (path) => ask('GET', path, {}),
    post: (path, key, body, headers = {}) => ask('POST', path, { 'idempotency-key': key, ...headers }, body),
    put: (path, key, body) => ask('PUT', path, { 'idempotency-key': key }, body),
    close: served.close,
  };
}
