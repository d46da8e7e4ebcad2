import { expect, it } from 'vitest';
import { auditLog } from './audit-log.ts';
import { World } from './world.ts';

/** A check that cannot fail proves nothing: each is shown a world with a fault in it. */

it('finds a promise beyond the book, a lost movement and a verdict given twice in a log', async () => {
  const world = await World.open(['a', 'b']);
  await world.at(0).sell('tea', 30);
  await world.rounds();
  const events = world.centre.ledger.log.map(({ event }) => event);
  expect(auditLog(events)).toEqual([]);
  for (const event of events) {
    const without = events.filter((one) => one !== event);
    const isMissed = auditLog(without).length > 0;
    if (event.type === 'GoodsReceived') expect(isMissed).toBe(true);
    if (event.type === 'OperationDecided') expect(auditLog([...events, event])).not.toEqual([]);
    if (event.type === 'AllotmentGranted') expect(auditLog([event, ...events])).not.toEqual([]);
  }
});

it('finds a guarantee that was not kept', async () => {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  expect(await till.sell('tea', 30)).toBe('RECORDED');
  await world.rounds();
  expect(world.falseGuarantees()).toEqual([]);
  const [told] = till.told;
  if (told !== undefined) till.told.push({ ...told, label: 'GUARANTEED' });
  expect(world.falseGuarantees()).toHaveLength(1);
});

it('finds a unit that leaked, and a record that never arrived', async () => {
  const world = await World.open(['a', 'b']);
  const till = world.at(0);
  till.isOnline = false;
  await till.sell('tea');
  expect(await world.undecided()).toHaveLength(1);
  till.goOnline();
  await world.rounds();
  expect(await world.undecided()).toEqual([]);
  // A delivery that this world does not know of is as wrong as a unit that vanished.
  await world.centre.stock('tea', 1);
  expect(await world.drain()).not.toEqual([]);
});
