/** The structured log: one JSON object a line, secrets struck out wherever they may stand. */
import pino from 'pino';
import type { LogLevel } from './config.ts';

export type Log = pino.Logger;

export interface LogOptions {
  readonly level: LogLevel;
  /** [standard error] */
  readonly file?: string;
}

const secretNames = [
  'token',
  'password',
  'enrolmentCode',
  'authorization',
  'cookie',
  'apiKey',
  'databaseUrl',
  'adminUrl',
  'ownerUrl',
  'runtimeUrl',
];

/**
 * A log to a file, or to standard error when there is none (standard output belongs to people and to
 * `--json`). Give each operation a child: `log.child({ operationId })`.
 */
export function createLog(options: LogOptions): Log {
  const destination = pino.destination({ dest: options.file ?? 2, sync: true, mkdir: true });
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[secret]',
      },
    },
    destination,
  );
}
