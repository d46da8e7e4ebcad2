import {
  canSpend,
  free,
  type Hold,
  type ModelPool,
  note,
  onHand,
  type Transfer,
  unspent,
  type Verdict,
} from './model-pool.ts';
import {
  type Command,
  HOLD_SECONDS,
  HOLDS_COUNT,
  type Line,
  linesOf,
  PASS_SECONDS,
  TRANSFER_SECONDS,
} from './stock-commands.ts';

/**
 * What stock must be, by plain arithmetic and without any code of the product. A pool is one signed balance (free when
 * above zero, deficit when below), holds and leases; everything else follows.
 */
export class StockModel {
  readonly #pools = new Map<string, ModelPool>();
  readonly #holds: (Hold | undefined)[] = Array.from({ length: HOLDS_COUNT }, () => undefined);
  readonly #transfers = new Map<number, Transfer>();
  #nowS = 0;

  pool(store: number, sku: number): ModelPool {
    const key = `${store}/${sku}`;
    const known = this.#pools.get(key) ?? { balance: 0, held: 0, leases: new Map(), deltas: new Map() };
    this.#pools.set(key, known);
    return known;
  }

  /** Plays the command; the verdict it must get, or null when it is no operation. */
  play(command: Command): Verdict | null {
    const { kind, store, sku, till, quantity } = command;
    switch (kind) {
      case 'receive':
      case 'return':
        for (const line of linesOf(command)) this.#move(command, line.sku, line.quantity);
        return 'RECORDED';
      case 'sell':
      case 'sell-held':
        linesOf(command).forEach((line, index) => {
          this.#sell(command, line, index === 0);
        });
        return 'RECORDED';
      case 'reserve':
      case 'reserve-allotted':
        return this.#reserve(command);
      case 'commit':
      case 'commit-part':
      case 'release':
      case 'expire':
        return this.#endHold(command);
      case 'count':
        return this.#count(command);
      case 'adjust':
        this.#move(command, sku, command.charged > 3 ? -quantity : quantity);
        return 'RECORDED';
      case 'adjust-stale':
        if (till === null) return 'REJECTED';
        this.#move(command, sku, quantity);
        return 'RECORDED';
      case 'surrender':
      case 'settle':
        for (const line of linesOf(command)) this.#giveBack(command, line);
        return 'RECORDED';
      case 'transfer-request':
      case 'transfer-cancel':
      case 'transfer-dispatch':
      case 'transfer-receive':
        return this.#transfer(command);
      default:
        this.#keepHouse(command, this.pool(store, sku));
        return null;
    }
  }

  /** Units were leased: they must have been free, and nothing owed. */
  lease(store: number, sku: number, till: number, quantity: number): void {
    const pool = this.pool(store, sku);
    if (pool.balance < quantity) throw new Error(`leased ${quantity} of ${pool.balance}`);
    pool.balance -= quantity;
    const known = pool.leases.get(till);
    if (known?.state === 'ACTIVE') known.granted += quantity;
    else pool.leases.set(till, { state: 'ACTIVE', granted: quantity, consumed: 0, held: 0, surrendered: 0 });
  }

  #move({ store, till }: Command, sku: number, delta: number): void {
    const pool = this.pool(store, sku);
    pool.balance += delta;
    note(pool, till, delta);
  }

  #reserve({ kind, store, sku, till, quantity, ref }: Command): Verdict {
    if (this.#holds[ref] !== undefined) return 'REJECTED';
    const pool = this.pool(store, sku);
    const lease = kind === 'reserve-allotted' && till !== null ? pool.leases.get(till) : undefined;
    const isInside = lease !== undefined && canSpend(lease) && unspent(lease) >= quantity;
    if (!isInside && pool.balance < quantity) return 'REJECTED';
    if (isInside) lease.held += quantity;
    else pool.balance -= quantity;
    pool.held += quantity;
    const endsAtS = this.#nowS + HOLD_SECONDS;
    this.#holds[ref] = { store, sku, quantity, state: 'HELD', inside: isInside ? till : null, endsAtS };
    return 'ACCEPTED';
  }

  #isOverdue(hold: Hold): boolean {
    return hold.state === 'HELD' && hold.inside === null && hold.endsAtS <= this.#nowS;
  }

  #endHold({ kind, store, till, quantity, ref }: Command): Verdict {
    const isFact = kind === 'expire';
    const refused = isFact ? 'RECORDED' : 'REJECTED';
    const hold = this.#holds[ref];
    if (hold === undefined || hold.store !== store) return refused;
    if (hold.inside !== null && hold.inside !== till) return refused;
    if (isFact) {
      if (hold.state === 'HELD' && hold.inside !== null) this.#end(hold, 0, 'EXPIRED');
      return 'RECORDED';
    }
    if (kind === 'release') {
      if (hold.state === 'COMMITTED') return 'REJECTED';
      if (hold.state === 'HELD') this.#end(hold, 0, this.#isOverdue(hold) ? 'EXPIRED' : 'RELEASED');
      return 'ACCEPTED';
    }
    const taken = kind === 'commit-part' ? quantity : hold.quantity;
    if (hold.state !== 'HELD' || this.#isOverdue(hold) || taken > hold.quantity) return 'REJECTED';
    this.#end(hold, taken, 'COMMITTED');
    note(this.pool(hold.store, hold.sku), till, -taken);
    return 'ACCEPTED';
  }

  /** `taken` units leave; the rest goes back to where the hold came from while that stands, else to the balance. */
  #end(hold: Hold, taken: number, state: Hold['state']): void {
    const pool = this.pool(hold.store, hold.sku);
    const lease = hold.inside === null ? undefined : pool.leases.get(hold.inside);
    const rest = hold.quantity - taken;
    hold.state = state;
    pool.held -= hold.quantity;
    if (lease !== undefined) {
      lease.held -= hold.quantity;
      lease.consumed += taken;
    }
    if (lease !== undefined && canSpend(lease)) return;
    pool.balance += rest;
    if (lease !== undefined) lease.surrendered += rest;
  }

  #sell(command: Command, { sku, quantity }: Line, isFirst: boolean): void {
    const { kind, store, till, ref } = command;
    const pool = this.pool(store, sku);
    const hold = kind === 'sell-held' && isFirst ? this.#holds[ref] : undefined;
    let rest = quantity;
    const isOurs =
      hold?.store === store && hold.sku === sku && (hold.inside === null || hold.inside === till);
    if (hold !== undefined && isOurs && hold.state === 'HELD' && !this.#isOverdue(hold)) {
      rest -= Math.min(quantity, hold.quantity);
      this.#end(hold, quantity - rest, 'COMMITTED');
    }
    const lease = till === null ? undefined : pool.leases.get(till);
    const own =
      lease !== undefined && canSpend(lease) && isFirst
        ? Math.min(command.charged, quantity, rest, unspent(lease))
        : 0;
    if (lease !== undefined) lease.consumed += own;
    pool.balance -= rest - own;
    note(pool, till, -quantity);
  }

  /** The cut of a count is the beginning of the sequence, where nothing was booked, or now. */
  #count({ store, sku, till, quantity, ref }: Command): Verdict {
    const pool = this.pool(store, sku);
    const knowsLog = ref % 2 === 0;
    const own = till === null ? 0 : (pool.deltas.get(till) ?? 0);
    const difference = quantity - (knowsLog ? own : onHand(pool));
    pool.balance += difference;
    note(pool, till, difference);
    return 'RECORDED';
  }

  #giveBack({ kind, store, till }: Command, { sku, quantity }: Line): void {
    const pool = this.pool(store, sku);
    const lease = till === null ? undefined : pool.leases.get(till);
    if (lease === undefined || lease.state === 'SETTLED') return;
    const most = canSpend(lease) ? unspent(lease) : 0;
    free(pool, lease, kind === 'settle' ? most : Math.min(most, quantity));
    if (kind === 'settle') lease.state = 'SETTLED';
  }

  #keepHouse({ kind, store, sku, till, quantity }: Command, pool: ModelPool): void {
    const lease = pool.leases.get(till ?? 0);
    switch (kind) {
      case 'grant': {
        const isOpen =
          lease === undefined || lease.state === 'ACTIVE' || (lease.state === 'SETTLED' && lease.held === 0);
        if (isOpen && pool.balance >= quantity) this.lease(store, sku, till ?? 0, quantity);
        return;
      }
      case 'close':
        if (lease?.state === 'ACTIVE') lease.state = 'CLOSING';
        return;
      case 'lapse':
      case 'retire':
        if (lease?.state === 'ACTIVE' || lease?.state === 'CLOSING') lease.state = 'EXPIRED';
        if (kind === 'retire') this.#takeOver(store, till ?? 0);
        return;
      case 'force':
        if (lease === undefined || !canSpend(lease)) return;
        free(pool, lease, unspent(lease));
        lease.state = 'FORCED';
        return;
      case 'pass-time':
        this.#nowS += quantity * PASS_SECONDS;
        return;
      case 'end-overdue':
        for (const hold of this.#holds)
          if (hold !== undefined && this.#isOverdue(hold)) this.#end(hold, 0, 'EXPIRED');
        return;
      case 'expire-transfers':
        for (const transfer of this.#transfers.values())
          if (transfer.state === 'REQUESTED' && !transfer.hasArrived && transfer.endsAtS <= this.#nowS)
            this.#cancel(transfer);
    }
  }

  #takeOver(store: number, till: number): void {
    for (const hold of this.#holds) {
      if (hold?.state !== 'HELD' || hold.inside !== till || hold.store !== store) continue;
      const lease = this.pool(store, hold.sku).leases.get(till);
      hold.inside = null;
      hold.endsAtS = this.#nowS + HOLD_SECONDS;
      if (lease === undefined) throw new Error('a hold stands inside no lease');
      lease.held -= hold.quantity;
      lease.surrendered += hold.quantity;
    }
  }

  #transfer(command: Command): Verdict {
    const { kind, store, ref } = command;
    const id = ref % 2;
    const transfer = this.#transfers.get(id);
    const lines = linesOf(command);
    switch (kind) {
      case 'transfer-request': {
        const from = ref < 2 ? 1 - store : store;
        const canGive = lines.every(({ sku, quantity }) => this.pool(from, sku).balance >= quantity);
        if (transfer !== undefined || from === store || !canGive) return 'REJECTED';
        for (const { sku, quantity } of lines) this.#keep(from, sku, quantity);
        const endsAtS = this.#nowS + TRANSFER_SECONDS;
        this.#transfers.set(id, { from, to: store, state: 'REQUESTED', lines, hasArrived: false, endsAtS });
        return 'ACCEPTED';
      }
      case 'transfer-cancel':
        if (transfer === undefined || (transfer.state !== 'REQUESTED' && transfer.state !== 'CANCELLED'))
          return 'REJECTED';
        if (transfer.state === 'REQUESTED') this.#cancel(transfer);
        return 'ACCEPTED';
      case 'transfer-dispatch':
        if (transfer?.from === store && transfer.state === 'REQUESTED') this.#cancel(transfer);
        for (const { sku, quantity } of lines) this.#move(command, sku, -quantity);
        if (transfer?.from === store && transfer.state === 'CANCELLED')
          transfer.state = transfer.hasArrived ? 'RECEIVED' : 'DISPATCHED';
        return 'RECORDED';
      default:
        for (const { sku, quantity } of lines) this.#move(command, sku, quantity);
        if (transfer?.state === 'DISPATCHED') transfer.state = 'RECEIVED';
        else if (transfer?.state === 'REQUESTED' && transfer.to === store) transfer.hasArrived = true;
        return 'RECORDED';
    }
  }

  #keep(store: number, sku: number, quantity: number): void {
    this.pool(store, sku).balance -= quantity;
    this.pool(store, sku).held += quantity;
  }

  #cancel(transfer: Transfer): void {
    for (const { sku, quantity } of transfer.lines) this.#keep(transfer.from, sku, -quantity);
    transfer.state = 'CANCELLED';
  }
}
