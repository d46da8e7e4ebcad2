/** One till's pulls: what the authority has granted it, over the same road and by the same checks as a till of the shop. */
import { randomUUID } from 'node:crypto';
import { createHttpTransport } from '@gondola/edge-app/uplink/http-transport.ts';
import { createGrantVerifier } from '@gondola/edge-app/uplink/verify-grants.ts';
import { unspentOf } from '@gondola/shared/domain/allotment.ts';
import { PULL_ROWS_MAX } from '@gondola/shared/lib/limits.ts';
import type { Checkpoint } from '@gondola/shared/schemas/primitives.ts';
import type { AllotmentRow } from '@gondola/shared/schemas/rows.ts';
import { openSheet } from '@gondola/sync/client/open-sheet.ts';
import { PROTOCOL_VERSION } from '@gondola/sync/protocol/version.ts';
import type { BenchTill } from './push-journal.ts';

/** Keeps of the replica only where the pulls stand and what is unspent. */
export class PurseReader {
  readonly #till: BenchTill;
  readonly #transport: ReturnType<typeof createHttpTransport>;
  readonly #verifier: ReturnType<typeof createGrantVerifier>;
  readonly #unspentUnits = new Map<string, number>();
  #inventory: Checkpoint | null = null;
  #catalogue: Checkpoint | null = null;

  constructor(till: BenchTill, baseUrl: string) {
    this.#till = till;
    this.#transport = createHttpTransport({ baseUrl, token: till.token });
    this.#verifier = createGrantVerifier(till.grantKey);
  }

  /** Pulls until nothing is behind; renews the till's term. What is unspent, by article, when everything pushed is decided. */
  async pull(): Promise<ReadonlyMap<string, number>> {
    while (await this.#pullPage());
    return this.#unspentUnits;
  }

  async #pullPage(): Promise<boolean> {
    const { life, tillId } = this.#till;
    const nonce = randomUUID();
    const page = await this.#transport.pull({
      ...{ protocolVersion: PROTOCOL_VERSION, life, nonce, rowsMax: PULL_ROWS_MAX },
      ...{ inventory: this.#inventory, catalogue: this.#catalogue },
    });
    if (!page.ok) throw new Error(`a pull was refused (${JSON.stringify(page.error)})`);
    const { inventory, catalogue } = page.value;
    const sheet = await openSheet(this.#verifier, inventory, { tillId, life, nonce });
    if (sheet === 'forged' || sheet === null) throw new Error('a grant sheet is not what central signs');
    keepUnspent(this.#unspentUnits, sheet.allotments);
    this.#inventory = inventory.checkpoint;
    this.#catalogue = catalogue.checkpoint;
    return inventory.hasMore || catalogue.hasMore;
  }
}

/** Changes what is unspent by the rows of one page. */
export function keepUnspent(unspentUnits: Map<string, number>, rows: readonly AllotmentRow[]): void {
  for (const row of rows) {
    if (row.state === 'ACTIVE') unspentUnits.set(row.sku, unspentOf(row));
    else unspentUnits.delete(row.sku);
  }
}
