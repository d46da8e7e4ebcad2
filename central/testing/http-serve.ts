/** Serves some routes over real HTTP for a test. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';

export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** On a free port of 127.0.0.1, below `base`. */
export async function serveRoutes(base: string, routes: Router): Promise<Served> {
  const server = createServer(express().use(base, routes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
