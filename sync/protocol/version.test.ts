import { hashRaw } from '@gondola/shared/domain/journal-record.ts';
import { journalRecordSchema, operationBodySchema } from '@gondola/shared/schemas/operations.ts';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { downMessages } from './down.ts';
import { enrolRequestSchema, enrolResponseSchema } from './enrol.ts';
import { upMessages } from './up.ts';
import { PROTOCOL_VERSION } from './version.ts';

/**
 * You cannot change the wire without meaning to. If this fails: raise PROTOCOL_VERSION, add a line to its history, keep the
 * old messages readable, and put the new hash here.
 */
const PINNED = { version: 3, hash: '5e4e9b7223b46e9887d6cfd072cb38552ced669705946e7dd43940a9b4da2125' };

it('the wire is the one of its version', () => {
  const schemas = {
    ...upMessages,
    ...Object.fromEntries(Object.entries(downMessages).map(([name, schema]) => [`${name}-down`, schema])),
    enrol: enrolRequestSchema,
    'enrol-down': enrolResponseSchema,
    record: journalRecordSchema,
    body: operationBodySchema,
  };
  const text = Object.entries(schemas)
    .map(
      ([name, schema]) => `${name} ${JSON.stringify(z.toJSONSchema(schema as z.ZodType, { io: 'input' }))}`,
    )
    .sort()
    .join('\n');
  expect({ version: PROTOCOL_VERSION, hash: hashRaw(text) }).toEqual(PINNED);
});
