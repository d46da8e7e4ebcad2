import { expect, it } from 'vitest';
import { IS_SOAK, PROOF_TIMEOUT_MS } from '../properties/proof.ts';
import { LEASE_LIFE } from './scenario.ts';
import type { Fate, Message } from './virtual-till.ts';
import { World } from './world.ts';

/** Longer than any wait before a next try. */
const RETRY_MS = 31_000;

interface Loss {
  readonly message: Message | 'poke';
  readonly nth: number;
  readonly fate: Fate;
}

/** Plays a lease's whole life and loses one message of the first till; answers whether there was one to lose. */
async function playWithout({ message, nth, fate }: Loss): Promise<boolean> {
  const world = await World.open([]);
  const first = await world.openTill('a', { isOnline: false });
  let seen = 0;
  const fateOf = (kind: Loss['message']): Fate => {
    if (kind !== message) return 'arrives';
    seen += 1;
    return seen === nth ? fate : 'arrives';
  };
  first.fateOf = fateOf;
  first.isPokeLost = () => fateOf('poke') !== 'arrives';
  first.goOnline();
  await world.openTill('b');
  await world.rounds(1);
  for (const step of LEASE_LIFE) await step.run(world, first);
  await world.time.pass(RETRY_MS);
  await world.rounds();
  expect(world.faults()).toEqual([]);
  expect(await world.undecided()).toEqual([]);
  expect(world.conflicts('life-forked')).toEqual([]);
  expect(world.conflicts('settlement-differs')).toEqual([]);
  await world.stock(30);
  await world.rounds();
  expect(await world.drain()).toEqual([]);
  return seen >= nth;
}

/** In `npm test` a sample of the many pulls and pokes; in the soak every one of them. */
const STRIDES = { hello: 1, push: 1, pull: IS_SOAK ? 1 : 5, poke: IS_SOAK ? 1 : 5 } as const;

it.each(
  (['hello', 'push', 'pull', 'poke'] as const).flatMap((message) =>
    (['answer-lost', 'request-lost'] as const).map((fate) => ({ message, fate })),
  ),
)(
  'loses and doubles nothing when one $message has its $fate, point by point',
  async ({ message, fate }) => {
    let played = 0;
    for (let nth = 1; await playWithout({ message, nth, fate }); nth += STRIDES[message]) played += 1;
    expect(played).toBeGreaterThan(0);
  },
  PROOF_TIMEOUT_MS,
);
