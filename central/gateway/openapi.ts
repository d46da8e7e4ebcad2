import { downMessages } from '@gondola/sync/protocol/down.ts';
import { enrolRequestSchema, enrolResponseSchema } from '@gondola/sync/protocol/enrol.ts';
import { upMessages } from '@gondola/sync/protocol/up.ts';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import {
  auditAnswerSchema,
  commitRequestSchema,
  enrolmentCodeRequestSchema,
  enrolmentCodeSchema,
  releaseRequestSchema,
  reservationSchema,
  reserveRequestSchema,
  storeAnswerSchema,
  tillAnswerSchema,
  tillsQuerySchema,
} from './api-schemas.ts';
import { conflictPaths } from './openapi-conflicts.ts';
import { idempotent, problem, read, write } from './openapi-parts.ts';
import { stockPaths } from './openapi-stock.ts';

const inventoryPaths = {
  '/api/v1/inventory/reserve': {
    post: write(
      {
        operationId: 'reserve',
        summary: 'Hold units until they are committed, released or expire',
        tag: 'Inventory',
      },
      reserveRequestSchema,
      reservationSchema,
      '201',
      { header: idempotent },
    ),
  },
  '/api/v1/inventory/commit': {
    post: write(
      { operationId: 'commit', summary: 'The held units are sold', tag: 'Inventory' },
      commitRequestSchema,
      reservationSchema,
      '200',
      { header: idempotent },
    ),
  },
  '/api/v1/inventory/release': {
    post: write(
      { operationId: 'release', summary: 'Give the held units back', tag: 'Inventory' },
      releaseRequestSchema,
      reservationSchema,
      '200',
      { header: idempotent },
    ),
  },
  '/api/v1/inventory/reservations/{reservationId}': {
    get: read(
      { operationId: 'getReservation', summary: 'One reservation', tag: 'Inventory' },
      reservationSchema,
      { path: z.object({ reservationId: z.uuid() }) },
    ),
  },
};

const chainPaths = {
  '/api/v1/stores': {
    get: read(
      { operationId: 'listStores', summary: 'All stores', tag: 'Stores' },
      z.strictObject({ stores: z.array(storeAnswerSchema) }),
    ),
  },
  '/api/v1/tills': {
    get: read(
      { operationId: 'listTills', summary: 'Tills with their live state', tag: 'Stores' },
      z.strictObject({ tills: z.array(tillAnswerSchema) }),
      { query: tillsQuerySchema },
    ),
  },
  '/api/v1/enrolment-codes': {
    post: write(
      { operationId: 'createEnrolmentCode', summary: 'A code that enrols one till once', tag: 'Stores' },
      enrolmentCodeRequestSchema,
      enrolmentCodeSchema,
      '201',
    ),
  },
};

const syncPaths = {
  '/sync/v1/enrol': {
    post: {
      ...write(
        { operationId: 'enrolTill', summary: 'A new till, by its single-use code', tag: 'Sync' },
        enrolRequestSchema,
        enrolResponseSchema,
        '201',
      ),
      security: [],
    },
  },
  '/sync/v1/hello': {
    post: write(
      { operationId: 'hello', summary: 'Compare what both sides know of the journal', tag: 'Sync' },
      upMessages.hello,
      downMessages.hello,
      '200',
    ),
  },
  '/sync/v1/push': {
    post: write(
      { operationId: 'push', summary: 'Journal records up, in order', tag: 'Sync' },
      upMessages.push,
      downMessages.push,
      '200',
    ),
  },
  '/sync/v1/pull': {
    post: write(
      { operationId: 'pull', summary: 'Rows changed since a checkpoint', tag: 'Sync' },
      upMessages.pull,
      downMessages.pull,
      '200',
    ),
  },
};

const auditPaths = {
  '/api/v1/audit': {
    get: read(
      { operationId: 'audit', summary: 'An independent recount of the whole log, now', tag: 'Operations' },
      auditAnswerSchema,
    ),
  },
};

const health = z.strictObject({
  status: z.enum(['ok', 'failing']),
  checks: z.record(z.string(), z.string()).optional(),
});
const operationsPaths = {
  '/health/live': {
    get: {
      ...read({ operationId: 'live', summary: 'The process answers', tag: 'Operations' }, health),
      security: [],
    },
  },
  '/health/ready': {
    get: {
      ...read(
        { operationId: 'ready', summary: 'Every service answers a real query', tag: 'Operations' },
        health,
      ),
      security: [],
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: 'Prometheus text format',
      tags: ['Operations'],
      responses: {
        '200': { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
        '4XX': problem,
      },
    },
  },
};

/** OpenAPI 3.1 of everything outside, generated from the schemas that parse the requests. */
export function openApiDocument() {
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Gondola',
      version: '1.0.0',
      description: 'Stock of a retail chain, right while its stores are offline.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'Inventory', description: 'Promises of units, and what stands where' },
      { name: 'Transfers', description: 'Goods on their way from one store to another' },
      {
        name: 'Allotments',
        description: 'Units leased to tills, which they sell with a guarantee while offline',
      },
      { name: 'Stores', description: 'Stores, tills and their enrolment' },
      { name: 'Conflicts', description: 'What contradicted a promise or the book, until a person closes it' },
      { name: 'Sync', description: 'What tills say and hear; sync/SPEC.md is the protocol' },
      { name: 'Operations', description: 'Health and metrics' },
    ],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: {
      ...inventoryPaths,
      ...stockPaths,
      ...chainPaths,
      ...conflictPaths,
      ...auditPaths,
      ...syncPaths,
      ...operationsPaths,
    },
  });
}
