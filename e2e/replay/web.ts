import { z } from 'zod';
import type { PlannedLine } from './workload.ts';

/** What the public API answered to one request of the web: kept for the recount. */
export interface WebAnswer {
  readonly key: string;
  readonly kind: 'reserve' | 'commit';
  readonly storeId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly reservationId: string | null;
  readonly accepted: boolean;
  /** Position of the verdict in the log. */
  readonly position: number;
}

export interface WebShop {
  /** Reserves and commits one line; answers are remembered. */
  buy(storeId: string, key: string, line: PlannedLine): Promise<void>;
  readonly answers: readonly WebAnswer[];
  readonly requests: () => number;
}

const acceptedSchema = z.object({ reservationId: z.string(), position: z.int() });
const refusedSchema = z.object({ position: z.int(), detail: z.string() });
/** The centre may be busy or restarting; the key makes a repeat harmless. */
const TRIES_MAX = 5;

/** A web shop that sells from the stores' shelves through the public API. */
export function openWebShop(url: string, apiKey: string): WebShop {
  const answers: WebAnswer[] = [];
  let requests = 0;

  async function ask(
    path: string,
    key: string,
    body: object,
  ): Promise<{ readonly status: number; readonly answer: unknown }> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${url}/api/v1/inventory/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      });
      const answer = await response.json();
      if (response.status < 500 || attempt === TRIES_MAX) return { status: response.status, answer };
    }
  }

  async function request(
    kind: WebAnswer['kind'],
    storeId: string,
    key: string,
    line: PlannedLine,
    body: object,
  ): Promise<WebAnswer> {
    requests += 1;
    const { status, answer } = await ask(kind, key, body);
    const shared = { key, kind, storeId, sku: line.sku, quantity: line.quantity };
    if (status < 300) {
      const { reservationId, position } = acceptedSchema.parse(answer);
      return remember({ ...shared, reservationId, accepted: true, position });
    }
    if (status !== 409) throw new Error(`${kind} was answered ${status}: ${JSON.stringify(answer)}`);
    return remember({
      ...shared,
      reservationId: null,
      accepted: false,
      position: refusedSchema.parse(answer).position,
    });
  }

  function remember(answer: WebAnswer): WebAnswer {
    answers.push(answer);
    return answer;
  }

  return {
    answers,
    requests: () => requests,
    async buy(storeId, key, line) {
      const reserve = { storeId, productSku: line.sku, quantity: line.quantity, reason: 'web order' };
      const held = await request('reserve', storeId, `${key}-reserve`, line, reserve);
      if (held.reservationId === null) return;
      const commit = { reservationId: held.reservationId, transactionId: `web-${key}`, customerId: 'replay' };
      await request('commit', storeId, `${key}-commit`, line, commit);
    },
  };
}
