import { parseArgs } from 'node:util';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { z } from 'zod';

export interface AuthorityOptions {
  /** Length of each measured window. */
  readonly seconds: number;
  readonly stores: number;
  readonly items: number;
  /** Pushes under way at once. */
  readonly tills: number;
  readonly seed: number;
  readonly json: boolean;
  /** Measure the curve of cost up to this many events instead; null for the ordinary run. */
  readonly growthEvents: number | null;
  /** Folder for one CPU profile of central per window; null for none. */
  readonly profileFolder: string | null;
}

export const AUTHORITY_HELP = `Measures the authority through its HTTP push path against the usual design and pgbench, on one Postgres of its own.

  npm run bench -- authority [options]

  --seconds N        length of each measured window                             [8]
  --stores N         stores of the chain                                        [500; 400 with --growth]
  --items N          articles, each with opening stock in every store           [400; 50 with --growth]
  --tills N          pushes under way at once                                   [200]
  --seed N           fixes the operations, not their interleaving               [1]
  --growth EVENTS    the curve of cost per operation from 100000 to EVENTS events, with pushes of 100
  --cpu-prof FOLDER  write a CPU profile of central for each window (costs some speed)
  --json             one JSON object as the last line

Nothing else should run on the machine meanwhile. Targets stand beside the figures; a miss is not an error.
`;

const STORES_DEFAULT = 500;
const ITEMS_DEFAULT = 400;
/** A log shorter than the opening stock and the grants cannot be measured, and the curve begins at 100,000 events. */
const GROWTH_STORES_DEFAULT = 400;
const GROWTH_ITEMS_DEFAULT = 50;

const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const optionsSchema = z.object({
  seconds: z.coerce.number().min(0.5).max(600).default(8),
  stores: whole(5, 10_000).optional(),
  items: whole(1, 10_000).optional(),
  // At 200 tills, pushes of 100 fill the authority's queue of 20,000 operations exactly.
  tills: whole(1, 200).default(200),
  seed: whole(0, 2 ** 32 - 1).default(1),
  growth: whole(200_000, 1_000_000_000).optional(),
  'cpu-prof': z.string().min(1).optional(),
  json: z.boolean().default(false),
});

/** Where the curve begins. */
export const FIRST_POINT_EVENTS = 100_000;

/** 10^5, 10^5.5, 10^6 … up to and with the last. */
export function halfDecades(lastEvents: number): number[] {
  const points: number[] = [];
  for (let half = 0; ; half += 1) {
    const events = Math.round(FIRST_POINT_EVENTS * 10 ** (half / 2));
    if (events >= lastEvents) return [...points, lastEvents];
    points.push(events);
  }
}

/** Reads the command line; the failure is one sentence, `help` asks for the help text. */
export function parseAuthorityOptions(args: readonly string[]): Result<AuthorityOptions, 'help' | string> {
  let values: Record<string, unknown>;
  try {
    const text = { type: 'string' } as const;
    ({ values } = parseArgs({
      args: [...args],
      options: {
        ...{ seconds: text, stores: text, items: text, tills: text, seed: text, growth: text },
        'cpu-prof': text,
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return failure(`${error instanceof Error ? error.message : String(error)} (--help lists the options)`);
  }
  if (values.help === true) return failure('help');
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return failure(`--${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}.`);
  }
  const { growth, stores, items, 'cpu-prof': profileFolder, ...rest } = parsed.data;
  return success({
    ...rest,
    stores: stores ?? (growth === undefined ? STORES_DEFAULT : GROWTH_STORES_DEFAULT),
    items: items ?? (growth === undefined ? ITEMS_DEFAULT : GROWTH_ITEMS_DEFAULT),
    growthEvents: growth ?? null,
    profileFolder: profileFolder ?? null,
  });
}
