/** The load generator, a process of its own so that its processor time is its own. Started by load.ts. */
import { HttpConnection } from './http-connection.ts';
import type { LoadAnswer, LoadRequest, LoadRun, LoadSetting } from './load-messages.ts';
import { Purses } from './load-purses.ts';
import { runLoad } from './load-run.ts';
import { PushStock } from './push-stock.ts';

interface Opened {
  readonly setting: LoadSetting;
  readonly stock: PushStock;
  readonly purses: Purses;
}

const state: { opened: Opened | null } = { opened: null };

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  if (request.kind === 'open') {
    const { setting } = request;
    const host = `${setting.hostname}:${setting.port}`;
    const stock = new PushStock(setting.tills, host);
    state.opened = { setting, stock, purses: new Purses(setting.tills, `http://${host}`, stock) };
    return { kind: 'done' };
  }
  if (state.opened === null) throw new Error('the load process was not opened');
  const { setting, stock, purses } = state.opened;
  if (request.kind === 'pull') return { kind: 'pulled', unspentUnits: await purses.pullAll() };
  if (request.kind === 'prepare') {
    stock.prepare(setting.turns[request.workload], request.records, request.pushes);
    return { kind: 'done' };
  }
  return { kind: 'result', result: await run(request.run, setting, stock) };
}

function run(run: LoadRun, setting: LoadSetting, stock: PushStock) {
  return runLoad(run, {
    stock,
    watched: setting.watched,
    connect: () => new HttpConnection(setting.hostname, setting.port),
  });
}

process.on('message', (request: LoadRequest) => {
  answer(request)
    .catch((error: unknown): LoadAnswer => {
      return { kind: 'failed', sentence: error instanceof Error ? error.message : String(error) };
    })
    .then((said) => process.send?.(said));
});
process.on('disconnect', () => process.exit(0));
