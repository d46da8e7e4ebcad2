import { ActionIcon } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconBroadcast,
  IconBuildingStore,
  IconHourglass,
  IconLayoutDashboard,
  IconLoader2,
  IconLogout,
  IconPackage,
  IconPlugConnectedX,
  IconTimeline,
} from '@tabler/icons-react';
import { type MouseEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { overviewSchema } from './answers.ts';
import { ConflictsPage } from './conflicts-page.tsx';
import { useConsole, useFeedState, useFormats, useRead, useRoute } from './console-context.ts';
import { Empty } from './empty.tsx';
import { EventsPage } from './events-page.tsx';
import { Link } from './link.tsx';
import { POLL_INTERVAL_MS } from './live.ts';
import { OVERVIEW_PATH, OverviewPage } from './overview-page.tsx';
import { PoolPage } from './pool-page.tsx';
import { Preferences } from './preferences.tsx';
import { ReservationsPage } from './reservations-page.tsx';
import { ALL, CONFLICTS_FIRST, hrefOf, RESERVATIONS_FIRST, type Route } from './routes.ts';
import { StockPage } from './stock-page.tsx';
import { StorePage } from './store-page.tsx';
import { StoresPage } from './stores-page.tsx';
import { navTo, testIds } from './test-ids.ts';
import { TransfersPage } from './transfers-page.tsx';

const CONTENT_ID = 'content';

const PARTS = [
  { name: 'overview', Icon: IconLayoutDashboard, to: { page: 'overview' }, pages: ['overview'] },
  { name: 'stores', Icon: IconBuildingStore, to: { page: 'stores' }, pages: ['stores', 'store'] },
  {
    name: 'stock',
    Icon: IconPackage,
    to: { page: 'stock', text: '', storeId: null },
    pages: ['stock', 'pool'],
  },
  {
    name: 'reservations',
    Icon: IconHourglass,
    to: { page: 'reservations', storeId: null, state: RESERVATIONS_FIRST },
    pages: ['reservations'],
  },
  {
    name: 'transfers',
    Icon: IconArrowsExchange,
    to: { page: 'transfers', storeId: null, state: ALL },
    pages: ['transfers'],
  },
  {
    name: 'conflicts',
    Icon: IconAlertTriangle,
    to: { page: 'conflicts', storeId: null, state: CONFLICTS_FIRST },
    pages: ['conflicts'],
  },
  {
    name: 'events',
    Icon: IconTimeline,
    to: { page: 'events', storeId: null, sku: null, type: null },
    pages: ['events'],
  },
] as const satisfies readonly { to: Route; pages: readonly string[]; name: string; Icon: unknown }[];

/** The rail on the left, the bar on top, and the screen that the address names. */
export function Frame() {
  const { t } = useTranslation();
  const route = useRoute();
  const content = useRef<HTMLElement>(null);
  const place = hrefOf(route).split('?')[0];
  const part = PARTS.find(({ pages }) => pages.some((page) => page === route.page));
  const title = part === undefined ? t('app.name') : t(`nav.${part.name}`);

  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);

  // Another screen begins at its top, and keys and screen readers begin there too.
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    content.current?.focus();
    content.current?.scrollTo({ top: 0 });
  }, [place]);

  const toContent = (event: MouseEvent): void => {
    event.preventDefault();
    content.current?.focus();
  };

  return (
    <div className="frame" data-testid={testIds.frame}>
      <a className="skip" href={`#${CONTENT_ID}`} onClick={toContent}>
        {t('common.skipToContent')}
      </a>
      <Rail route={route} />
      <header className="top-bar">
        <FeedPill />
        <Preferences />
        <SignOut />
      </header>
      <main id={CONTENT_ID} className="content" tabIndex={-1} ref={content}>
        <Screen route={route} />
      </main>
    </div>
  );
}

function Screen({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'stores':
      return <StoresPage />;
    case 'store':
      return <StorePage key={route.storeId} storeId={route.storeId} />;
    case 'stock':
      return <StockPage text={route.text} storeId={route.storeId} />;
    case 'pool':
      return <PoolPage key={hrefOf(route)} storeId={route.storeId} sku={route.sku} />;
    case 'reservations':
      return <ReservationsPage storeId={route.storeId} state={route.state} />;
    case 'transfers':
      return <TransfersPage storeId={route.storeId} state={route.state} />;
    case 'conflicts':
      return <ConflictsPage storeId={route.storeId} state={route.state} />;
    case 'events':
      return <EventsPage key={hrefOf(route)} storeId={route.storeId} sku={route.sku} type={route.type} />;
    case 'unknown':
      return <Empty title={t('common.notFound')} hint={t('common.notFoundHint')} />;
  }
}

function Rail({ route }: { readonly route: Route }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { value } = useRead(OVERVIEW_PATH, overviewSchema);
  const open = value?.conflictsOpen ?? 0;
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <p className="rail-name">{t('app.name')}</p>
      {PARTS.map(({ name, Icon, to, pages }) => {
        const here = pages.some((page) => page === route.page);
        return (
          <Link
            key={name}
            to={to}
            className={here ? 'rail-link rail-here' : 'rail-link'}
            aria-current={here ? 'page' : undefined}
            data-testid={navTo(name)}
          >
            <Icon size={18} aria-hidden="true" />
            <span className="rail-word">{t(`nav.${name}`)}</span>
            {name === 'conflicts' && open > 0 && (
              <span className="rail-count tabular" title={t('nav.open', { count: open })}>
                {formats.count(open)}
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}

const FEED_ICONS = { live: IconBroadcast, connecting: IconLoader2, lost: IconPlugConnectedX } as const;

function FeedPill() {
  const { t } = useTranslation();
  const state = useFeedState();
  const Icon = FEED_ICONS[state];
  const tone = state === 'live' ? 'good' : state === 'lost' ? 'careful' : 'info';
  const hint = t(state === 'live' ? 'feed.liveHint' : 'feed.lostHint', { seconds: POLL_INTERVAL_MS / 1_000 });
  return (
    <span
      className={`pill tone-${tone}`}
      role="status"
      title={hint}
      data-testid={testIds.feedState}
      data-state={state}
    >
      <Icon size={16} aria-hidden="true" />
      {t(`feed.${state}`)}
    </span>
  );
}

function SignOut() {
  const { t } = useTranslation();
  const { session } = useConsole();
  return (
    <ActionIcon
      color="gray"
      className="plain-text"
      aria-label={t('common.signOut')}
      title={t('common.signOut')}
      data-testid={testIds.signOut}
      onClick={() => void session.leave()}
    >
      <IconLogout size={18} aria-hidden="true" />
    </ActionIcon>
  );
}
