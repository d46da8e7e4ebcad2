/** A till and an API client over real HTTP, each of which may speak to any node. */
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import { TestTill } from '../../inventory/authority.contract.ts';
import { storeIdOfNumber } from '../../stores/store-id.ts';
import type { CentralNode } from './centrals.ts';

/** The stores of a chain that `startChain` made; the second one only when it was asked for. */
export const storeId = storeIdOfNumber('1');
export const secondStoreId = storeIdOfNumber('2');

export interface WebAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** What was answered before, once more. */
  readonly isReplay: boolean;
  readonly ms: number;
}

/** One request of the public API; the same `key` names the same intent at every node. */
export function askApi(node: CentralNode, path: string, key: string, body: object): Promise<WebAnswer> {
  return send(`${node.url}/api/v1/${path}`, node.apiKey, body, { 'idempotency-key': key });
}

export interface ReadAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of any shape
  readonly body: any;
  /** Seconds that the answer is old at most; null when it says nothing of an age. */
  readonly ageSeconds: number | null;
  readonly etag: string | null;
  readonly ms: number;
}

/** A read of the public API. */
export async function readApi(
  node: CentralNode,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadAnswer> {
  const started = performance.now();
  const response = await fetch(`${node.url}/api/v1/${path}`, {
    headers: { authorization: `Bearer ${node.apiKey}`, ...headers },
  });
  const body = await response.json();
  const age = response.headers.get('age');
  return {
    ...{ status: response.status, body, ms: performance.now() - started },
    ...{ ageSeconds: age === null ? null : Number(age), etag: response.headers.get('etag') },
  };
}

/** The recount of one node, as anybody may ask for it. */
export async function askAudit(node: CentralNode): Promise<Record<string, number>> {
  const response = await fetch(`${node.url}/api/v1/audit`, {
    headers: { authorization: `Bearer ${node.apiKey}` },
  });
  return (await response.json()) as Record<string, number>;
}

/** A till that was enrolled by a code, with a journal in memory. */
export interface WebTill {
  readonly journal: TestTill;
  /** Pushes all records above `acknowledged`; answers the sequence that the node acknowledges, or its problem. */
  push(node: CentralNode, first: number, recordsMax: number): Promise<WebAnswer>;
  /** The first page of everything. */
  pull(node: CentralNode): Promise<WebAnswer>;
}

/** Enrols a till at one node; its token is good at all of them. */
export async function enrolTill(node: CentralNode, name: string): Promise<WebTill> {
  const { body: made } = await send(`${node.url}/api/v1/enrolment-codes`, node.apiKey, { storeId });
  const { body: enrolled } = await send(`${node.url}/sync/v1/enrol`, '', {
    code: made['code'],
    tillName: name,
  });
  const identity = { storeId, tillId: String(enrolled['tillId']), life: Number(enrolled['life']) };
  const token = String(enrolled['token']);
  const journal = Object.assign(new TestTill(name, storeId), { identity });
  return {
    journal,
    push: (to, first, recordsMax) =>
      send(`${to.url}/sync/v1/push`, token, {
        protocolVersion: PROTOCOL_VERSION,
        life: identity.life,
        firstSequence: first,
        records: journal.records.slice(first - 1, first - 1 + recordsMax),
        waiting: { count: 0, oldestRecordedAt: null },
      }),
    pull: (from) =>
      send(`${from.url}/sync/v1/pull`, token, {
        ...{ protocolVersion: PROTOCOL_VERSION, life: identity.life },
        ...{ inventory: null, catalogue: null, rowsMax: 100 },
      }),
  };
}

async function send(url: string, token: string, body: object, headers = {}): Promise<WebAnswer> {
  const started = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
  });
  const answer = (await response.json()) as Record<string, unknown>;
  const isReplay = response.headers.get('idempotency-replayed') === 'true';
  return { status: response.status, body: answer, isReplay, ms: performance.now() - started };
}
