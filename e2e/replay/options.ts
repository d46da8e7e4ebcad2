import { parseArgs } from 'node:util';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { z } from 'zod';

/** Shares of the workload, each from 0 to 1. */
export interface Mix {
  /** Baskets that are held first, then collected, committed, released or left to expire. */
  readonly held: number;
  /** Lines bought on the web against the same store. */
  readonly web: number;
  /** Extra operations per basket. */
  readonly return: number;
  readonly receive: number;
  readonly count: number;
}

export interface ReplayOptions {
  readonly sales: string;
  readonly fold: number | null;
  readonly tills: number;
  readonly outage: number;
  readonly stockRatio: number;
  readonly slack: number | 'auto';
  readonly mix: Mix;
  readonly seed: number;
  readonly allotments: 'balanced' | 'off' | 'everything';
  readonly json: boolean;
}

export const DEFAULT_MIX: Mix = { held: 0.15, web: 0.1, return: 0.02, receive: 0.02, count: 0.01 };

export const HELP = `Drives tills through a file of past sales against a central of its own, and recounts everything.

  npm run replay -- --sales FILE.csv[.gz] [options]

  --sales FILE       sold_at, store_id, basket_id, product_id, quantity, in time order
  --fold N           fold all stores onto N                                     [no folding]
  --tills N          tills per store, 1 to 8                                    [2]
  --outage SHARE     part of the file's time that each store is offline         [0.2]
  --stock-ratio R    opening stock = ceil(R × units sold in the pool) + slack   [1.0]
  --slack N|auto     auto = tills × the pool's largest line                     [auto]
  --mix LIST         ${Object.entries(DEFAULT_MIX)
    .map(([name, share]) => `${name}=${share}`)
    .join(',')}
  --allotments MODE  balanced, off or everything: how units are leased to tills [balanced]
  --seed N           fixes the workload, not the interleaving                   [1]
  --json             one JSON object as the last line

Exit 1 unless promiseOversell, lost, duplicated, undecided, diverged, ledgerMismatches, guaranteedBroken and both
guaranteedVoided figures are all 0.
`;

const share = z.coerce.number().min(0).max(1);
const mixSchema = z
  .strictObject({ held: share, web: share, return: share, receive: share, count: share })
  .partial();

const optionsSchema = z.object({
  sales: z.string({ error: 'is missing: name a CSV file of sales' }).min(1),
  fold: z.coerce.number().int().min(1).max(10_000).optional(),
  tills: z.coerce.number().int().min(1).max(8).default(2),
  outage: z.coerce.number().min(0).max(0.95).default(0.2),
  'stock-ratio': z.coerce.number().min(0).max(100).default(1),
  slack: z.union([z.literal('auto'), z.coerce.number().int().min(0).max(1_000_000)]).default('auto'),
  mix: z.string().default(''),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  allotments: z.enum(['balanced', 'off', 'everything']).default('balanced'),
  json: z.boolean().default(false),
});

/** Reads the command line; the failure is one sentence, `help` asks for the help text. */
export function parseOptions(args: readonly string[]): Result<ReplayOptions, 'help' | string> {
  let values: Record<string, unknown>;
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({
      args: [...args],
      options: {
        ...{
          sales: text,
          fold: text,
          tills: text,
          outage: text,
          'stock-ratio': text,
          slack: text,
          mix: text,
          allotments: text,
          seed: text,
        },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return failure(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
  }
  if (values.help === true) return failure('help');
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) return failure(sentenceOf(parsed.error, '--'));
  const mix = parseMix(parsed.data.mix);
  if (!mix.ok) return mix;
  const { fold, 'stock-ratio': stockRatio, ...rest } = parsed.data;
  return success({ ...rest, fold: fold ?? null, stockRatio, mix: mix.value });
}

function parseMix(text: string): Result<Mix, string> {
  const pairs = text
    .split(',')
    .filter(Boolean)
    .map((part) => part.split('=', 2));
  const parsed = mixSchema.safeParse(Object.fromEntries(pairs));
  if (!parsed.success) return failure(sentenceOf(parsed.error, '--mix '));
  return success({ ...DEFAULT_MIX, ...(parsed.data as Partial<Mix>) });
}

function sentenceOf(error: z.ZodError, prefix: string): string {
  const [issue] = error.issues;
  return `${prefix}${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}.`;
}
