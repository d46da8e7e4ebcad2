import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { sendProblem } from './problem-details.ts';

const NONCE_PLACE = '__CSP_NONCE__';
const NONCE_BYTES = 18;

// A service worker runs under the policy of its own script, and must be able to fetch the page's files.
const FILE_POLICY =
  "default-src 'none'; connect-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** One built page: its address, and the folder that its build wrote. */
export interface Page {
  readonly base: string;
  readonly folder: string;
}

/**
 * Serves a built page. Scripts come from files only; Mantine's style elements carry a nonce made per answer, so that no
 * unsafe-inline is needed anywhere.
 */
export function pageRoutes({ base, folder }: Page): Router {
  const router = Router();
  const sendIndex: RequestHandler = async (_request, response) => {
    const html = await readFile(path.join(folder, 'index.html'), 'utf8').catch(() => null);
    if (html === null) {
      sendProblem(
        response,
        'not-found',
        `The page ${base} is not built: stop and start with npm start, which builds it.`,
      );
      return;
    }
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    response
      .set('Content-Security-Policy', contentSecurityPolicy(nonce))
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(html.replaceAll(NONCE_PLACE, nonce));
  };
  router.get('/', sendIndex);
  router.get('/index.html', sendIndex);
  router.use(
    express.static(folder, {
      index: false,
      setHeaders: (response, file) => {
        const hashed = path.basename(path.dirname(file)) === 'assets';
        response.setHeader('Content-Security-Policy', FILE_POLICY);
        response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  // Deep links of a single page; a file that is missing must stay missing.
  router.get('/{*path}', (request, response, next) => {
    if (path.extname(request.path) === '') return sendIndex(request, response, next);
    next();
  });
  return router;
}

export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
