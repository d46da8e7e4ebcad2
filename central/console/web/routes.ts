/** The addresses of the console's screens: pure, and all of them can be kept and sent to somebody. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'stores' }
  | { readonly page: 'store'; readonly storeId: string }
  | { readonly page: 'stock'; readonly text: string; readonly storeId: string | null }
  | { readonly page: 'pool'; readonly storeId: string; readonly sku: string }
  | { readonly page: 'reservations'; readonly storeId: string | null; readonly state: string }
  | { readonly page: 'transfers'; readonly storeId: string | null; readonly state: string }
  | { readonly page: 'conflicts'; readonly storeId: string | null; readonly state: string }
  | {
      readonly page: 'events';
      readonly storeId: string | null;
      readonly sku: string | null;
      readonly type: string | null;
    }
  | { readonly page: 'unknown'; readonly path: string };

/** The centre answers no more rows than this at once. */
export const ROWS_MAX = 200;
export const BASE = '/console/';
/** Stands for "no filter" where a screen begins with one. */
export const ALL = 'all';
export const RESERVATIONS_FIRST = 'HELD';
export const CONFLICTS_FIRST = 'OPEN';
const FIRST_STATES = {
  reservations: RESERVATIONS_FIRST,
  transfers: ALL,
  conflicts: CONFLICTS_FIRST,
} as const;

/** The screen at an address. */
export function parseRoute(pathname: string, search: string): Route {
  const query = new URLSearchParams(search);
  const value = (name: string): string | null => query.get(name) || null;
  const [page = '', first, ...more] = pathname.slice(BASE.length).replace(/\/+$/, '').split('/');
  const unknown: Route = { page: 'unknown', path: pathname };
  if (!`${pathname}/`.startsWith(BASE) || more.length > 0) return unknown;
  const storeId = value('store');
  switch (page) {
    case '':
      return { page: 'overview' };
    case 'stores':
      return first === undefined ? { page: 'stores' } : { page: 'store', storeId: first };
    case 'stock': {
      if (first === undefined) return { page: 'stock', text: query.get('text') ?? '', storeId };
      const sku = value('sku');
      return sku === null ? unknown : { page: 'pool', storeId: first, sku };
    }
    case 'reservations':
      return { page: 'reservations', storeId, state: value('state') ?? RESERVATIONS_FIRST };
    case 'conflicts':
      return { page: 'conflicts', storeId, state: value('state') ?? CONFLICTS_FIRST };
    case 'transfers':
      return { page: 'transfers', storeId, state: value('state') ?? ALL };
    case 'events':
      return { page: 'events', storeId, sku: value('sku'), type: value('type') };
    default:
      return unknown;
  }
}

/** The address of a screen. An article number may hold a dot, which in a path would mean a file: it goes into the query. */
export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'overview':
      return BASE;
    case 'stores':
      return `${BASE}stores`;
    case 'store':
      return `${BASE}stores/${encodeURIComponent(route.storeId)}`;
    case 'stock':
      return `${BASE}stock${queryOf({ text: route.text, store: route.storeId })}`;
    case 'pool':
      return `${BASE}stock/${encodeURIComponent(route.storeId)}${queryOf({ sku: route.sku })}`;
    case 'reservations':
    case 'transfers':
    case 'conflicts': {
      const state = route.state === FIRST_STATES[route.page] ? null : route.state;
      return `${BASE}${route.page}${queryOf({ store: route.storeId, state })}`;
    }
    case 'events':
      return `${BASE}events${queryOf({ store: route.storeId, sku: route.sku, type: route.type })}`;
    case 'unknown':
      return route.path;
  }
}

/** `?a=b&c=d` of what is there, or nothing. */
export function queryOf(values: Readonly<Record<string, string | number | null>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
