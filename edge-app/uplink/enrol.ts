import type { Result } from '@gondola/shared/lib/result.ts';
import { type EnrolRequest, type EnrolResponse, enrolResponseSchema } from '@gondola/sync/protocol/enrol.ts';
import type { SyncError } from '@gondola/sync/protocol/error.ts';
import { type HttpOptions, postJson } from './http-transport.ts';

/** Exchanges the single-use code for the till's identity and token. The only request without a token. */
export function enrol(
  options: HttpOptions,
  request: EnrolRequest,
): Promise<Result<EnrolResponse, SyncError>> {
  return postJson(options, '/sync/v1/enrol', request, enrolResponseSchema, null);
}
