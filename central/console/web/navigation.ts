import { hrefOf, parseRoute, type Route } from './routes.ts';

export interface Navigation {
  readonly subscribe: (listener: () => void) => () => void;
  readonly route: () => Route;
  readonly go: (route: Route) => void;
  /** Changes the address without a step to go back to: a filter being typed. */
  readonly replace: (route: Route) => void;
}

/** The address bar as the only place where it stands which screen is open. */
export function createNavigation(
  page: Pick<Window, 'location' | 'history' | 'addEventListener'>,
): Navigation {
  const read = (): Route => parseRoute(page.location.pathname, page.location.search);
  let route = read();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    route = read();
    for (const listener of listeners) listener();
  };
  page.addEventListener('popstate', changed);
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    route: () => route,
    go: (next) => {
      if (hrefOf(next) !== hrefOf(route)) page.history.pushState(null, '', hrefOf(next));
      changed();
    },
    replace: (next) => {
      page.history.replaceState(null, '', hrefOf(next));
      changed();
    },
  };
}
