/** What the benchmark and a client process of the usual design say to each other: one request, one answer. */

import type { ChainSize } from './chain.ts';
import type { BaselineForm } from './postgres-reserve.ts';

export type BaselineRequest =
  /** Connects and warms up: prepared statements, compiled code. Replaces the connections of the round before. */
  | {
      readonly kind: 'open';
      readonly url: string;
      readonly size: ChainSize;
      readonly seed: number;
      readonly form: BaselineForm;
      readonly connections: number;
    }
  /** Reserves as fast as answers come. */
  | { readonly kind: 'run'; readonly seconds: number };

export type BaselineAnswer =
  | { readonly kind: 'opened' }
  | { readonly kind: 'ran'; readonly perSecond: number }
  | { readonly kind: 'failed'; readonly sentence: string };
