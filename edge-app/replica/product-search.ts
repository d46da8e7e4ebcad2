import type { ProductRow } from '@gondola/shared/schemas/rows.ts';
import MiniSearch from 'minisearch';

/**
 * Search as you type over the whole catalogue, in memory.
 *
 * Products of a chain share few texts (92,331 products, 20,770 texts in the sample), so the index holds each text
 * once and a hit gives its products: a keystroke scores thousands of documents instead of a hundred thousand.
 */
export interface ProductSearch {
  /** Adds products, or replaces those it has. */
  put(rows: readonly ProductRow[]): void;
  clear(): void;
  /** Codes first (SKU or EAN, exact then by prefix), then texts by relevance; priced products before unpriced ones. */
  search(text: string, resultsMax: number): ProductRow[];
  size(): number;
  categories(): readonly { readonly name: string; readonly count: number }[];
  inCategory(name: string, resultsMax: number): ProductRow[];
}

interface Group {
  readonly id: number;
  readonly name: string;
  readonly brand: string;
  readonly category: string;
  readonly packageSize: string;
  readonly rows: Map<string, ProductRow>;
}

/** Shorter terms are not looked up in the index. */
const INDEXED_TERM_MIN = 3;
/** A code is typed by its first characters; fewer than this would match half the catalogue. */
const CODE_PREFIX_MIN = 3;

/** An index without products. */
export function createProductSearch(): ProductSearch {
  let index = createIndex();
  let groups = new Map<string, Group>();
  let groupsById: Group[] = [];
  let keyBySku = new Map<string, string>();
  let skuByEan = new Map<string, string>();
  let sortedCodes: string[] | null = null;
  let byName: { readonly name: string; readonly group: Group }[] | null = null;

  const rowOf = (sku: string | undefined): ProductRow | undefined =>
    sku === undefined ? undefined : groups.get(keyBySku.get(sku) ?? '')?.rows.get(sku);

  function putRow(row: ProductRow): void {
    const key = [row.name, row.brand, row.category, row.packageSize].join('\u0001');
    const before = rowOf(row.sku);
    if (before !== undefined && keyBySku.get(row.sku) !== key)
      groups.get(keyBySku.get(row.sku) ?? '')?.rows.delete(row.sku);
    if (before === undefined || before.ean !== row.ean) sortedCodes = null;
    keyBySku.set(row.sku, key);
    if (row.ean !== '') skuByEan.set(row.ean, row.sku);
    const group = groups.get(key);
    if (group !== undefined) {
      group.rows.set(row.sku, row);
      return;
    }
    const { name, brand, category, packageSize } = row;
    const fresh: Group = {
      id: groupsById.length,
      name,
      brand,
      category,
      packageSize,
      rows: new Map([[row.sku, row]]),
    };
    groups.set(key, fresh);
    groupsById.push(fresh);
    index.add(fresh);
    byName = null;
  }

  function byCode(code: string, resultsMax: number): ProductRow[] {
    const exact = rowOf(code) ?? rowOf(skuByEan.get(code));
    const found = exact === undefined ? [] : [exact];
    if (!/^\d+$/.test(code) || code.length < CODE_PREFIX_MIN) return found;
    sortedCodes ??= [...keyBySku.keys(), ...skuByEan.keys()].sort();
    const codes = sortedCodes;
    const start = lowerBound(codes.length, (place) => codes[place] ?? '', code);
    for (let at = start; at < codes.length && found.length < resultsMax; at += 1) {
      const candidate = codes[at] ?? '';
      if (!candidate.startsWith(code)) break;
      const row = rowOf(candidate) ?? rowOf(skuByEan.get(candidate));
      if (row !== undefined && row !== exact) found.push(row);
    }
    return found;
  }

  /** Groups by relevance. Terms of one or two letters would score half the catalogue, so they only filter or lead. */
  function* groupsFor(text: string): Generator<Group> {
    const terms = termsOf(text);
    const long = terms.filter((term) => term.length >= INDEXED_TERM_MIN);
    const short = terms.filter((term) => term.length < INDEXED_TERM_MIN);
    if (long.length === 0) {
      yield* groupsFrom(short);
      return;
    }
    for (const hit of index.search(long.join(' '))) {
      const group = groupsById[hit.id as number];
      if (group !== undefined && short.every((term) => hasTerm(group, term))) yield group;
    }
  }

  /** Names that begin with the first term, in the order of the alphabet. */
  function* groupsFrom([first, ...others]: readonly string[]): Generator<Group> {
    if (first === undefined) return;
    byName ??= groupsById
      .map((group) => ({ name: fold(group.name), group }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (
      let at = lowerBound(byName.length, (place) => byName?.[place]?.name ?? '', first);
      at < byName.length;
      at += 1
    ) {
      const entry = byName[at];
      if (entry === undefined || !entry.name.startsWith(first)) return;
      if (others.every((term) => hasTerm(entry.group, term))) yield entry.group;
    }
  }

  function byText(text: string, resultsMax: number): ProductRow[] {
    const priced: ProductRow[] = [];
    const unpriced: ProductRow[] = [];
    for (const group of groupsFor(text)) {
      for (const row of group.rows.values()) (row.priceMinor === null ? unpriced : priced).push(row);
      if (priced.length >= resultsMax) break;
    }
    return [...priced, ...unpriced].slice(0, resultsMax);
  }

  return {
    put: (rows) => rows.forEach(putRow),
    clear() {
      index = createIndex();
      groups = new Map();
      groupsById = [];
      keyBySku = new Map();
      skuByEan = new Map();
      sortedCodes = null;
      byName = null;
    },
    search(text, resultsMax) {
      const wanted = text.trim();
      if (wanted === '') return [];
      const found = byCode(wanted, resultsMax);
      if (found.length >= resultsMax) return found.slice(0, resultsMax);
      const known = new Set(found);
      return [...found, ...byText(wanted, resultsMax).filter((row) => !known.has(row))].slice(0, resultsMax);
    },
    size: () => keyBySku.size,
    categories: () => countCategories(groupsById),
    inCategory(name, resultsMax) {
      const rows: ProductRow[] = [];
      for (const group of groupsById) {
        if (group.category !== name) continue;
        for (const row of group.rows.values()) if (row.priceMinor !== null) rows.push(row);
        if (rows.length >= resultsMax) break;
      }
      return rows.slice(0, resultsMax);
    },
  };
}

function createIndex(): MiniSearch<Group> {
  return new MiniSearch<Group>({
    fields: ['name', 'brand', 'category', 'packageSize'],
    processTerm: (term) => fold(term),
    searchOptions: {
      prefix: true,
      combineWith: 'AND',
      boost: { name: 3 },
      fuzzy: (term) => (term.length > 5 ? 0.15 : false),
    },
  });
}

/** A cashier types "acucar" and means "Açúcar". */
function fold(term: string): string {
  return term.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function countCategories(groups: readonly Group[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { category, rows } of groups) {
    if (category !== '') counts.set(category, (counts.get(category) ?? 0) + rows.size);
  }
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}

function termsOf(text: string): string[] {
  return fold(text)
    .split(/[\s\p{P}]+/u)
    .filter((term) => term !== '');
}

function hasTerm({ name, brand, category, packageSize }: Group, prefix: string): boolean {
  return termsOf(`${name} ${brand} ${category} ${packageSize}`).some((term) => term.startsWith(prefix));
}

function lowerBound(length: number, keyAt: (place: number) => string, wanted: string): number {
  let first = 0;
  for (let last = length; first < last; ) {
    const middle = (first + last) >> 1;
    if (keyAt(middle) < wanted) first = middle + 1;
    else last = middle;
  }
  return first;
}
