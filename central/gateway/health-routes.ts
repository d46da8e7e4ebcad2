import { Router } from 'express';
import type { HealthCheck } from './ports.ts';

const CHECK_TIMEOUT_MS = 3_000;

/** `/health/live`: the process answers. `/health/ready`: each service answers a real query of its own database. */
export function healthRoutes(checks: readonly HealthCheck[]): Router {
  const router = Router();
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/health/ready', async (_request, response) => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => [name, await resultOf(check)] as const),
    );
    const ready = results.every(([, result]) => result === 'ok');
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : 'failing', checks: Object.fromEntries(results) });
  });
  return router;
}

async function resultOf(check: () => Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer in time'), CHECK_TIMEOUT_MS);
  });
  const checked = check().then(
    () => 'ok',
    // The reason goes to the log, not to an anonymous caller.
    () => 'failing',
  );
  const result = await Promise.race([checked, late]);
  clearTimeout(timer);
  return result;
}
