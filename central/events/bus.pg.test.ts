import { busContract } from './bus.contract.ts';
import { createEmbeddedBus } from './embedded-bus.ts';

busContract('the embedded bus', async (log) => ({
  bus: createEmbeddedBus([log]),
  relays: [],
  close: async () => undefined,
}));
