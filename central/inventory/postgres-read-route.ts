import type { Scheduler } from '@gondola/shared/lib/effects.ts';
import type { Pool } from '../platform/postgres.ts';

/** How old an answer may be. */
export interface Freshness {
  /** 0: as it stands now. */
  readonly ageMaxMs: number;
  /** The answer must hold everything up to this position of the log: what the caller has seen or done already. */
  readonly seenPosition: number;
}

/** `ageMs`: how old the answer is at most; null when it is as the primary has it. */
export interface Aged<Value> {
  readonly value: Value;
  readonly ageMs: number | null;
}

/**
 * Takes reads that may be a little old to a replica, if there is one that is known to be fresh enough. What decides, what a
 * write depends on, and what a till pulls never comes by here.
 */
export interface ReadRoute {
  read<Value>(freshness: Freshness, work: (db: Pool) => Promise<Value>): Promise<Aged<Value>>;
}

/** No replica: every read goes to the primary. */
export function primaryRoute(primary: Pool): ReadRoute {
  return { read: async (_freshness, work) => ({ value: await work(primary), ageMs: null }) };
}

export interface ReplicaRouteOptions {
  readonly primary: Pool;
  /** A physical standby of the primary's server, under the same role. */
  readonly replica: Pool;
  readonly monotonicMs: () => number;
  readonly scheduler: Scheduler;
  /** The replica did not answer: reads go to the primary for a while. */
  readonly onReplicaGone: (error: unknown) => void;
}

/** A replica that says nothing for so long is taken for gone; the read is then asked of the primary. */
export const READ_REPLICA_ANSWER_MAX_MS = 3_000;
/** So long after it was found gone nobody tries it again: each try may cost its caller the whole wait. */
export const READ_REPLICA_REST_MS = 10_000;

interface Standing {
  readonly age_ms: number | null;
  readonly position: number;
}

/**
 * Everything committed before the last replayed transaction is there, so its commit time bounds the age, as far as the
 * clocks of both servers agree. null: this server is no standby, or has replayed nothing yet.
 */
const STANDING = `
  select case when pg_is_in_recovery() then
      greatest(0, extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::double precision
    end as age_ms, position from log`;

/** Routes to the replica while it answers and is known to be fresh enough; everything else is the primary's. */
export function replicaRoute(options: ReplicaRouteOptions): ReadRoute {
  const { primary, replica, monotonicMs, scheduler, onReplicaGone } = options;
  let restsUntilMs = Number.NEGATIVE_INFINITY;

  async function askReplica<Value>(
    { ageMaxMs, seenPosition }: Freshness,
    work: (db: Pool) => Promise<Value>,
  ): Promise<Aged<Value> | null> {
    const askedMs = monotonicMs();
    const { rows } = await replica.query<Standing>(STANDING);
    const [standing] = rows;
    if (standing === undefined || standing.age_ms === null) return null;
    if (standing.age_ms > ageMaxMs || standing.position < seenPosition) return null;
    const value = await work(replica);
    // What it replayed while it was asked may be in the answer or not.
    return { value, ageMs: Math.ceil(standing.age_ms + monotonicMs() - askedMs) };
  }

  return {
    read: async (freshness, work) => {
      if (freshness.ageMaxMs > 0 && monotonicMs() >= restsUntilMs) {
        try {
          const answer = await within(scheduler, askReplica(freshness, work));
          if (answer !== null) return answer;
        } catch (error) {
          restsUntilMs = monotonicMs() + READ_REPLICA_REST_MS;
          onReplicaGone(error);
        }
      }
      return { value: await work(primary), ageMs: null };
    },
  };
}

/** A frozen server answers nothing at all: the wait must end on this side. */
async function within<Value>(scheduler: Scheduler, asked: Promise<Value>): Promise<Value> {
  const silence = Promise.withResolvers<never>();
  const cancel = scheduler.after(READ_REPLICA_ANSWER_MAX_MS, () =>
    silence.reject(new Error(`the read replica said nothing for ${READ_REPLICA_ANSWER_MAX_MS} ms`)),
  );
  try {
    return await Promise.race([asked, silence.promise]);
  } finally {
    cancel();
  }
}

/** The replica's address for one service: a standby has the primary's databases, roles and passwords. */
export function replicaUrlOf(runtimeUrl: string, readDatabaseUrl: string): string {
  const { username, password, pathname } = new URL(runtimeUrl);
  return Object.assign(new URL(readDatabaseUrl), { username, password, pathname }).href;
}
