import type { Replica } from '@gondola/edge-app/checkout/ports.ts';
import { openMemoryJournal } from '@gondola/edge-app/journal/memory-journal.ts';
import { createMemoryReplica, type MemoryCatalogue } from '@gondola/edge-app/replica/memory-replica.ts';
import { createTill } from '@gondola/edge-app/till/start-till.ts';
import type { Till, TillIdentity } from '@gondola/edge-app/till/till.ts';
import { enrol } from '@gondola/edge-app/uplink/enrol.ts';
import { createHttpTransport } from '@gondola/edge-app/uplink/http-transport.ts';
import { createSocketPokes } from '@gondola/edge-app/uplink/socket-transport.ts';
import { createGrantVerifier } from '@gondola/edge-app/uplink/verify-grants.ts';
import { tillOperationId } from '@gondola/shared/domain/ids.ts';
import { type RecordContent, type SealedRecord, sealRecord } from '@gondola/shared/domain/journal-record.ts';
import type { Clock, RandomSource, Scheduler } from '@gondola/shared/lib/effects.ts';
import { failure } from '@gondola/shared/lib/result.ts';
import type { PokeListener, Transport } from '@gondola/sync/client/ports.ts';
import type { Poke } from '@gondola/sync/protocol/poke.ts';
import { z } from 'zod';
import { seededRandom, seedOf } from './seeded-random.ts';

/** What a till told somebody: the id and the exact text of each record whose label was shown. */
export interface Labelled {
  readonly operationId: string;
  readonly hash: string;
}

export interface FleetTill {
  readonly store: string;
  readonly index: number;
  /** As if a poke had come. */
  askForNews(): void;
  /** Whether the last page pulled was the last there was: a person counts only with the whole picture. */
  hasWholePicture(): boolean;
  readonly till: Till;
  readonly replica: Replica;
  /** The records on the medium. */
  readonly medium: readonly SealedRecord[];
  readonly labelled: readonly Labelled[];
}

/** Tills of one process over one network that can be cut per store. */
export interface Fleet {
  readonly tills: ReadonlyMap<string, readonly FleetTill[]>;
  all(): readonly FleetTill[];
  /** Whether that changed anything. */
  setOnline(store: string, online: boolean): boolean;
  /** Milliseconds of each push that was answered. */
  readonly pushMs: readonly number[];
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly url: string;
  readonly apiKey: string;
  readonly stores: readonly { readonly number: string; readonly storeId: string }[];
  readonly tillsPerStore: number;
  readonly catalogue: MemoryCatalogue;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly seed: number;
  readonly onProgress: (done: number, total: number) => void;
  /** Faults on purpose, for the tests of the checks. */
  readonly plant?: FleetPlant;
}

export interface FleetPlant {
  /** The journal says that it has this record, and has not. */
  readonly swallows?: (content: RecordContent) => boolean;
  /** This till's requests never arrive. */
  readonly cutForEver?: (store: string, till: number) => boolean;
}

const codeSchema = z.object({ code: z.string() });

/** Enrols every till by its own code and builds it of the same parts as the real one, with journal and replica in memory. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { stores, tillsPerStore } = options;
  const online = new Map(stores.map(({ number }) => [number, true]));
  const tills = new Map<string, FleetTill[]>();
  const pushMs: number[] = [];
  let openedTills = 0;
  for (const { number, storeId } of stores) {
    const ofStore: FleetTill[] = [];
    for (let index = 0; index < tillsPerStore; index += 1) {
      const isOnline = () => online.get(number) === true;
      const opened = await openTill(options, number, storeId, index, isOnline, pushMs);
      // The catalogue is shared, so one till loads it for all; together they would load it once each.
      if (tills.size === 0 && index === 0)
        await until(opened.till, () => opened.till.status().sync.state === 'live');
      ofStore.push(opened);
      openedTills += 1;
      options.onProgress(openedTills, stores.length * tillsPerStore);
    }
    tills.set(number, ofStore);
  }
  const all = () => [...tills.values()].flat();
  return {
    tills,
    all,
    pushMs,
    setOnline(store, value) {
      if (online.get(store) === value) return false;
      online.set(store, value);
      if (value) for (const { till } of tills.get(store) ?? []) till.retryNow();
      return true;
    },
    close: async () => {
      await Promise.all(all().map(({ till }) => till.close()));
    },
  };
}

/** Resolves when `holds` is true, looking again at each change of the till. */
function until(till: Till, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const stop = till.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

async function openTill(
  options: FleetOptions,
  store: string,
  storeId: string,
  index: number,
  isOnline: () => boolean,
  pushMs: number[],
): Promise<FleetTill> {
  const { url, clock, scheduler, plant } = options;
  const response = await fetch(`${url}/api/v1/enrolment-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ storeId }),
  });
  const { code } = codeSchema.parse(await response.json());
  const enrolled = await enrol({ baseUrl: url }, { code, tillName: `Till ${index + 1}` });
  if (!enrolled.ok)
    throw new Error(
      `till ${index + 1} of store ${store} was not enrolled (${JSON.stringify(enrolled.error)})`,
    );
  const { token, grantKey, ...identity } = enrolled.value;
  const random = seededRandom(seedOf(options.seed, `till ${store}/${index}`));
  const medium: SealedRecord[] = [];
  const labelled: Labelled[] = [];
  const journal = openMemoryJournal({ identity, medium });
  const replica = createMemoryReplica(options.catalogue);
  const gate = { onPoke: (_: Poke) => {}, whole: false };
  const dead = plant?.cutForEver?.(store, index) === true;
  const till = await createTill({
    identity: identity as TillIdentity,
    journal: {
      ...journal,
      append: async (content) => {
        const swallowed = plant?.swallows?.(content) === true;
        const sealed = swallowed
          ? sealRecord(identity, journal.head(), content)
          : await journal.append(content);
        labelled.push({
          operationId: tillOperationId(identity.tillId, identity.life, sealed.sequence),
          hash: sealed.hash,
        });
        return sealed;
      },
    },
    replica: {
      ...replica,
      applyInventory: async (page) => {
        await replica.applyInventory(page);
        gate.whole = !page.hasMore;
      },
    },
    transport: overNetwork(
      createHttpTransport({ baseUrl: url, token }),
      () => isOnline() && !dead,
      clock,
      pushMs,
    ),
    pokes: pokesOverNetwork(createSocketPokes({ baseUrl: url, token, webSocketOnly: true }), isOnline, gate),
    clock,
    scheduler,
    random,
    ids: { uuid: () => uuidFrom(random) },
    ...(grantKey === undefined ? {} : { grantVerifier: createGrantVerifier(grantKey) }),
  });
  till.start();
  const askForNews = () => gate.onPoke({ inventory: null, catalogue: null });
  return { store, index, till, replica, medium, labelled, askForNews, hasWholePicture: () => gate.whole };
}

/** The same transport while the store has its network, "unreachable" while it has not; also for answers under way. */
function overNetwork(
  transport: Transport,
  isOnline: () => boolean,
  clock: Clock,
  pushMs: number[],
): Transport {
  const cut = failure({ kind: 'unreachable', message: 'This store is offline.' } as const);
  const through = async <Answer>(call: () => Promise<Answer>): Promise<Answer | typeof cut> => {
    if (!isOnline()) return cut;
    const answer = await call();
    // An answer that comes back to a store without network is lost, though the centre has acted.
    return isOnline() ? answer : cut;
  };
  return {
    hello: (request) => through(() => transport.hello(request)),
    pull: (request) => through(() => transport.pull(request)),
    push: (request) =>
      through(async () => {
        const startedMs = clock.monotonicMs();
        const answer = await transport.push(request);
        if (answer.ok) pushMs.push(clock.monotonicMs() - startedMs);
        return answer;
      }),
  };
}

function pokesOverNetwork(
  pokes: PokeListener,
  isOnline: () => boolean,
  gate: { onPoke: (poke: Poke) => void },
): PokeListener {
  return {
    connect(handlers) {
      gate.onPoke = (poke) => {
        if (isOnline()) handlers.onPoke(poke);
      };
      pokes.connect({
        onPoke: gate.onPoke,
        onConnected: () => {
          if (isOnline()) handlers.onConnected();
        },
        onDisconnected: () => handlers.onDisconnected(),
      });
    },
    close: () => pokes.close(),
  };
}

/** A version 4 UUID out of seeded numbers. */
function uuidFrom(random: RandomSource): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random.next() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
