import { z } from 'zod';
import {
  closeConflictRequestSchema,
  conflictAnswerSchema,
  conflictReportSchema,
  conflictsQuerySchema,
} from './conflict-schemas.ts';
import { idempotentIfMatch, mayBeOld, read, write } from './openapi-parts.ts';

const path = z.object({ conflictId: z.uuid() });

/** `/api/v1/conflicts`. */
export const conflictPaths = {
  '/api/v1/conflicts': {
    get: read(
      { operationId: 'listConflicts', summary: 'What contradicted a promise or the book', tag: 'Conflicts' },
      z.strictObject({ conflicts: z.array(conflictAnswerSchema) }),
      { query: conflictsQuerySchema, header: mayBeOld },
    ),
  },
  '/api/v1/conflicts/{conflictId}': {
    get: read(
      {
        operationId: 'getConflict',
        summary: 'What the till believed, what the authority knew, how it came to that, and what may be done',
        tag: 'Conflicts',
      },
      conflictReportSchema,
      { path, header: mayBeOld },
    ),
  },
  '/api/v1/conflicts/{conflictId}/close': {
    post: write(
      { operationId: 'closeConflict', summary: 'A person has dealt with it', tag: 'Conflicts' },
      closeConflictRequestSchema,
      conflictAnswerSchema,
      '200',
      { path, header: idempotentIfMatch },
    ),
  },
};
