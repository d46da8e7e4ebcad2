import { z } from 'zod';
import { poolAnswerSchema } from './api-schemas.ts';
import { idempotent, idempotentIfMatch, mayBeOld, read, write } from './openapi-parts.ts';
import {
  adjustRequestSchema,
  allotmentAnswerSchema,
  allotmentsQuerySchema,
  closeAllotmentsRequestSchema,
  closedAllotmentsSchema,
  forcedAnswerSchema,
  forceRequestSchema,
  policyAnswerSchema,
  policyRequestSchema,
  transferAnswerSchema,
  transferCancelRequestSchema,
  transferMoveRequestSchema,
  transferRequestSchema,
  transfersQuerySchema,
} from './stock-schemas.ts';

const poolPath = z.object({ storeId: z.uuid(), sku: z.string() });
const transferPath = z.object({ transferId: z.uuid() });

const poolPaths = {
  '/api/v1/inventory/adjust': {
    post: write(
      {
        operationId: 'adjust',
        summary: 'Correct the book: units broke, vanished, were found',
        tag: 'Inventory',
      },
      adjustRequestSchema,
      poolAnswerSchema,
      '201',
      { header: idempotentIfMatch },
    ),
  },
  '/api/v1/inventory/{storeId}/{sku}': {
    get: read(
      { operationId: 'getPool', summary: 'The stock of a product in a store, by bucket', tag: 'Inventory' },
      poolAnswerSchema,
      { path: poolPath, header: mayBeOld },
    ),
  },
  '/api/v1/inventory/{storeId}/{sku}/policy': {
    get: read(
      {
        operationId: 'getItemPolicy',
        summary: 'How far tills may promise the product unsure',
        tag: 'Inventory',
      },
      policyAnswerSchema,
      { path: poolPath },
    ),
    put: write(
      { operationId: 'changeItemPolicy', summary: 'Bound what tills may promise unsure', tag: 'Inventory' },
      policyRequestSchema,
      policyAnswerSchema,
      '200',
      { path: poolPath, header: idempotentIfMatch },
    ),
  },
};

const transferPaths = {
  '/api/v1/transfers': {
    get: read(
      { operationId: 'listTransfers', summary: 'Transfers, newest first', tag: 'Transfers' },
      z.strictObject({ transfers: z.array(transferAnswerSchema) }),
      { query: transfersQuerySchema, header: mayBeOld },
    ),
    post: write(
      {
        operationId: 'requestTransfer',
        summary: 'Hold goods at the sender, all lines or none, until it sends them',
        tag: 'Transfers',
      },
      transferRequestSchema,
      transferAnswerSchema,
      '201',
      { header: idempotent },
    ),
  },
  '/api/v1/transfers/{transferId}': {
    get: read(
      { operationId: 'getTransfer', summary: 'One transfer', tag: 'Transfers' },
      transferAnswerSchema,
      { path: transferPath },
    ),
  },
  '/api/v1/transfers/{transferId}/dispatch': {
    post: write(
      {
        operationId: 'dispatchTransfer',
        summary: 'The goods have left: a fact, recorded in every state; what contradicts is a conflict',
        tag: 'Transfers',
      },
      transferMoveRequestSchema,
      transferAnswerSchema,
      '200',
      { path: transferPath, header: idempotent },
    ),
  },
  '/api/v1/transfers/{transferId}/receive': {
    post: write(
      {
        operationId: 'receiveTransfer',
        summary: 'The goods have arrived, at the receiver or back at the sender: a fact',
        tag: 'Transfers',
      },
      transferMoveRequestSchema,
      transferAnswerSchema,
      '200',
      { path: transferPath, header: idempotent },
    ),
  },
  '/api/v1/transfers/{transferId}/cancel': {
    post: write(
      { operationId: 'cancelTransfer', summary: 'Give up what has not left yet', tag: 'Transfers' },
      transferCancelRequestSchema,
      transferAnswerSchema,
      '200',
      { path: transferPath, header: idempotent },
    ),
  },
};

const allotmentPaths = {
  '/api/v1/allotments': {
    get: read(
      { operationId: 'listAllotments', summary: 'What each till holds of a pool', tag: 'Allotments' },
      z.strictObject({ allotments: z.array(allotmentAnswerSchema) }),
      { query: allotmentsQuerySchema, header: mayBeOld },
    ),
  },
  '/api/v1/allotments/close': {
    post: write(
      {
        operationId: 'closeAllotments',
        summary:
          'Ask tills to spend no more and to settle: all that one till holds, all of a product, or both. A till that goes on may be leased units again',
        tag: 'Allotments',
      },
      closeAllotmentsRequestSchema,
      closedAllotmentsSchema,
      '200',
      { header: idempotent },
    ),
  },
  '/api/v1/allotments/force': {
    post: write(
      {
        operationId: 'forceAllotment',
        summary: 'Two people take back what a silent till holds, at the risk that it has spent it',
        tag: 'Allotments',
      },
      forceRequestSchema,
      forcedAnswerSchema,
      '200',
      { header: idempotent },
    ),
  },
};

/** Pools, policies, transfers, allotments. */
export const stockPaths = { ...poolPaths, ...transferPaths, ...allotmentPaths };
