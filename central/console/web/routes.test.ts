import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, type Route } from './routes.ts';

const routes: readonly Route[] = [
  { page: 'overview' },
  { page: 'stores' },
  { page: 'store', storeId: 'a1' },
  { page: 'stock', text: 'milk & ção', storeId: 'a1' },
  { page: 'stock', text: '', storeId: null },
  { page: 'pool', storeId: 'a1', sku: '10.5+b_c-d' },
  { page: 'reservations', storeId: null, state: 'HELD' },
  { page: 'transfers', storeId: null, state: 'all' },
  { page: 'transfers', storeId: 'a1', state: 'DISPATCHED' },
  { page: 'reservations', storeId: 'a1', state: 'all' },
  { page: 'conflicts', storeId: null, state: 'CLOSED' },
  { page: 'events', storeId: 'a1', sku: '7', type: 'ItemsSold' },
  { page: 'events', storeId: null, sku: null, type: null },
];

describe('addresses', () => {
  it('lead back to the screen they were made of', () => {
    for (const route of routes) {
      const address = new URL(hrefOf(route), 'http://centre');
      expect(parseRoute(address.pathname, address.search), address.href).toEqual(route);
      expect(address.pathname, 'a dot in a path would mean a file').not.toContain('.');
    }
  });

  it('that no screen has are unknown, not an error', () => {
    for (const path of ['/console/nowhere', '/console/stores/a/b', '/elsewhere', '/console/stock/a1'])
      expect(parseRoute(path, '')).toEqual({ page: 'unknown', path });
  });
});
