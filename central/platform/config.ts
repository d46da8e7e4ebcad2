/** The environment, parsed once. Every wrong variable gives one sentence that names it. */
import path from 'node:path';
import { ALLOTMENT_MODES, type AllotmentMode } from '@gondola/shared/domain/allotment.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { z } from 'zod';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** A Postgres of your own, by a role that may create databases and roles; null is the embedded one. */
  readonly databaseUrl: string | null;
  /** A standby of that server for reads that may be a little old; null: there is none. */
  readonly readDatabaseUrl: string | null;
  /** `host:port` each; empty is the embedded bus. */
  readonly kafkaBrokers: readonly string[];
  readonly reservationTimeoutSeconds: number;
  /** How units are leased to tills: from demand, not at all, or everything (for comparison). */
  readonly allotments: AllotmentPolicy;
  /** How units come back from a till that stays silent. */
  readonly allotmentMode: AllotmentMode;
  /** What happens about a refused hold: a person decides, or a transfer is asked for at once. */
  readonly compensation: Compensation;
  readonly logLevel: LogLevel;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const allotmentPolicies = ['balanced', 'off', 'everything'] as const;
export type AllotmentPolicy = (typeof allotmentPolicies)[number];

const compensations = ['propose', 'automatic'] as const;
export type Compensation = (typeof compensations)[number];

const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)
    .default(fallback);

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const postgresUrl = (example: string) =>
  z.string().refine(isPostgresUrl, `must be a URL such as ${example}`).optional();

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, 8_080), // 0: any free port
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'must be an address to listen on, such as 127.0.0.1 or 0.0.0.0')
    .default('127.0.0.1'),
  GONDOLA_DATA_DIR: z.string().default('.gondola'),
  DATABASE_URL: postgresUrl('postgres://user:password@host:5432/postgres'),
  READ_DATABASE_URL: postgresUrl('postgres://replica-host:5432'),
  KAFKA_BROKERS: z
    .string()
    .transform(list)
    .refine(
      (brokers) => brokers.every((broker) => /^[\w.-]+:\d{1,5}$/.test(broker)),
      'must be a list such as broker1:9092,broker2:9092',
    )
    .default([]),
  RESERVATION_TIMEOUT_SECONDS: wholeNumber(1, 86_400, 300),
  ALLOTMENTS: z
    .enum(allotmentPolicies, { error: `must be one of ${allotmentPolicies.join(', ')}` })
    .default('balanced'),
  ALLOTMENT_MODE: z
    .enum(ALLOTMENT_MODES, { error: `must be one of ${ALLOTMENT_MODES.join(', ')}` })
    .default('settlement-only'),
  COMPENSATION: z
    .enum(compensations, { error: `must be one of ${compensations.join(', ')}` })
    .default('propose'),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
});

/** Parses the environment; an empty variable counts as absent. The failure is one sentence per variable. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
): Result<Config, readonly string[]> {
  const present = Object.fromEntries(
    Object.keys(environmentSchema.shape).flatMap((name) => {
      const value = environment[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = environmentSchema.safeParse(present);
  if (!parsed.success) return failure(sentences(parsed.error, present));
  const values = parsed.data;
  if (values.READ_DATABASE_URL !== undefined && values.DATABASE_URL === undefined)
    return failure([
      'READ_DATABASE_URL names a standby of the server of DATABASE_URL: set DATABASE_URL too.',
    ]);
  return success({
    port: values.PORT,
    host: values.HOST,
    dataDir: path.resolve(values.GONDOLA_DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    readDatabaseUrl: values.READ_DATABASE_URL ?? null,
    kafkaBrokers: values.KAFKA_BROKERS,
    reservationTimeoutSeconds: values.RESERVATION_TIMEOUT_SECONDS,
    allotments: values.ALLOTMENTS,
    allotmentMode: values.ALLOTMENT_MODE,
    compensation: values.COMPENSATION,
    logLevel: values.LOG_LEVEL,
  });
}

function sentences(error: z.ZodError, present: Record<string, unknown>): string[] {
  const byName = new Map<string, string>();
  for (const issue of error.issues) {
    const name = String(issue.path[0]);
    if (byName.has(name)) continue;
    const shown = name.endsWith('DATABASE_URL') ? '' : `, not "${String(present[name])}"`; // a URL may hold a password
    byName.set(name, `${name} ${issue.message}${shown}.`);
  }
  return [...byName.values()];
}

function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol);
}
