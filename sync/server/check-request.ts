import type { SyncError } from '../protocol/error.ts';
import { PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../protocol/version.ts';
import type { CallingTill } from './ports.ts';

/** Refuses versions this centre does not speak. */
export function checkVersion(request: { readonly protocolVersion: number }): SyncError | null {
  const { protocolVersion } = request;
  if (protocolVersion >= PROTOCOL_VERSION_MIN && protocolVersion <= PROTOCOL_VERSION) return null;
  return {
    kind: 'version-unsupported',
    message: `This centre speaks sync versions ${PROTOCOL_VERSION_MIN} to ${PROTOCOL_VERSION}, the till ${protocolVersion}: update the till; its sales stay on it until then.`,
  };
}

/** Refuses a life that the token does not stand for. */
export function checkLife(till: CallingTill, request: { readonly life: number }): SyncError | null {
  if (request.life === till.life) return null;
  return {
    kind: 'life-forked',
    message: `This till was enrolled again as life ${till.life}; life ${request.life} is retired.`,
  };
}

/** The centre has ended this life: the journal was restored from a copy, cloned, or enrolled again. */
export function retiredLife({ life }: CallingTill): SyncError {
  return {
    kind: 'life-forked',
    message: `Life ${life} of this till is retired. Enrol it again with a new code; nothing it holds is deleted.`,
  };
}
