import { type RequestHandler, Router } from 'express';
import { cookieOf, SESSION_COOKIE } from './auth.ts';
import type { Identities } from './ports.ts';

/**
 * The console's one-time link. Its secret stands behind `#`, which browsers never send, so no log sees it: the page posts it
 * here and gets a cookie that scripts cannot read.
 */
export function sessionRoutes(identities: Identities, limitSignIn: RequestHandler): Router {
  const router = Router();
  router.post('/console/session', limitSignIn, async (request, response) => {
    const secret = /^Link ([\w-]{16,128})$/.exec(request.headers.authorization ?? '')?.[1];
    const session = secret === undefined ? null : await identities.redeemConsoleLink(secret);
    if (session === null) {
      response.status(401).json({
        detail: 'This link was used already or is too old. Stop and start again: npm start prints a new one.',
      });
      return;
    }
    response.cookie(SESSION_COOKIE, session.sessionToken, {
      httpOnly: true,
      sameSite: 'strict',
      secure: request.secure,
      path: '/',
      expires: new Date(session.expiresAt),
    });
    response.status(204).end();
  });
  router.delete('/console/session', async (request, response) => {
    const token = cookieOf(request.headers.cookie, SESSION_COOKIE);
    if (token !== null) await identities.endSession(token);
    response.clearCookie(SESSION_COOKIE, { path: '/' }).status(204).end();
  });
  return router;
}
