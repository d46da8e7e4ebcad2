import type { Poke } from '../protocol/poke.ts';
import type { CataloguePage, InventoryPage } from '../protocol/pull.ts';

/** How far pokes say that the logs go, and how far this till has pulled. */
export class Watermarks {
  #poked = { inventory: 0, catalogue: 0 };
  #pulled = { inventory: 0, catalogue: 0 };
  #pokedAtSend = { inventory: 0, catalogue: 0 };

  /** Remembers a poke. One that names no position may mean anything, so it is always news. */
  isNews({ inventory, catalogue }: Poke): boolean {
    if (inventory === null && catalogue === null) return true;
    this.#poked.inventory = Math.max(this.#poked.inventory, inventory ?? 0);
    this.#poked.catalogue = Math.max(this.#poked.catalogue, catalogue ?? 0);
    return this.isBehind();
  }

  /** A pull leaves now. */
  pullSent(): void {
    this.#pokedAtSend = { ...this.#poked };
  }

  pulled(inventory: InventoryPage, catalogue: CataloguePage): void {
    this.#pulled = { inventory: inventory.checkpoint.position, catalogue: catalogue.checkpoint.position };
    // A watermark of a log that was replaced since would be asked for again for ever.
    if (inventory.reset || catalogue.reset) this.#poked = { inventory: 0, catalogue: 0 };
  }

  /**
   * Whether to pull again at once: behind the pokes, and either this page moved or a poke came while it was under way (the
   * page may have been read before). Otherwise the centre's answer lags behind its poke, and the poll covers it.
   */
  wantsMore(moved: boolean): boolean {
    const pokedMeanwhile =
      this.#poked.inventory > this.#pokedAtSend.inventory ||
      this.#poked.catalogue > this.#pokedAtSend.catalogue;
    return this.isBehind() && (moved || pokedMeanwhile);
  }

  isBehind(): boolean {
    return this.#poked.inventory > this.#pulled.inventory || this.#poked.catalogue > this.#pulled.catalogue;
  }
}
