import type { CallingTill } from '@gondola/sync/server/ports.ts';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { ApiCaller, Identities, StaffCaller } from './ports.ts';
import { sendProblem, sendSyncProblem } from './problem-details.ts';

export const SESSION_COOKIE = 'gondola_session';

declare module 'express-serve-static-core' {
  interface Locals {
    till?: CallingTill;
    caller?: ApiCaller | StaffCaller;
  }
}

/** Lets only enrolled tills pass; `response.locals.till` says which. */
export function requireTill(identities: Identities): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    const token = bearerOf(request);
    const till = token === null ? null : await identities.authenticateTill(token);
    if (till === null) {
      sendSyncProblem(response, {
        kind: 'unauthenticated',
        message:
          'This till is not enrolled here, or its enrolment was ended: enter a new enrolment code. Its sales stay on it.',
      });
      return;
    }
    response.locals.till = till;
    next();
  };
}

/** Lets API keys and signed-in staff pass; `response.locals.caller` says who. */
export function requireCaller(identities: Identities): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    const caller = await callerOf(identities, request);
    if (caller === null) {
      sendProblem(
        response,
        'unauthenticated',
        'Send an API key as "Authorization: Bearer <key>", or open the console by its one-time link. npm start prints both.',
      );
      return;
    }
    if (caller.kind === 'staff' && !isSameOrigin(request)) {
      sendProblem(response, 'forbidden', 'A session cookie is taken only from the console’s own pages.');
      return;
    }
    response.locals.caller = caller;
    next();
  };
}

async function callerOf(identities: Identities, request: Request): Promise<ApiCaller | StaffCaller | null> {
  const key = bearerOf(request);
  if (key !== null) return identities.authenticateApiKey(key);
  const session = cookieOf(request.headers.cookie, SESSION_COOKIE);
  return session === null ? null : identities.authenticateSession(session);
}

/** A browser names the origin of every request that can change something; other origins must not ride on the cookie. */
function isSameOrigin(request: Request): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  return request.headers['sec-fetch-site'] === 'same-origin' || request.headers.origin === originOf(request);
}

export function originOf(request: Request): string {
  return `${request.protocol}://${request.headers.host ?? ''}`;
}

export function bearerOf(request: Request): string | null {
  const match = /^Bearer ([\w.~+/=-]{16,512})$/.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '') return decodeURIComponent(value);
  }
  return null;
}
