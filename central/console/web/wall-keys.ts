/** Where a tile stands on the screen. */
interface Placed {
  readonly offsetTop: number;
}

/** The tile that a key leads to from the one at `from`; null when the key means nothing here. Pure. */
export function nextTile(key: string, from: number, tiles: readonly Placed[]): number | null {
  if (from < 0) return null;
  const last = tiles.length - 1;
  const first = tiles[0]?.offsetTop;
  const firstBelow = tiles.findIndex((tile) => tile.offsetTop !== first);
  const perRow = firstBelow < 0 ? tiles.length : firstBelow;
  const within = (to: number): number | null => (to < 0 || to > last ? null : to);
  switch (key) {
    case 'ArrowRight':
      return within(from + 1);
    case 'ArrowLeft':
      return within(from - 1);
    case 'ArrowDown':
      return within(from + perRow);
    case 'ArrowUp':
      return within(from - perRow);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
