import type { Clock } from '@gondola/shared/lib/effects.ts';
import { failure, type Result, success } from '@gondola/shared/lib/result.ts';
import { z } from 'zod';

/** Why an answer is not there. `problem` is the server's own; `unreadable` means that page and centre do not fit. */
export type ApiFailure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unauthenticated' }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'problem'; readonly status: number; readonly name: string; readonly detail: string };

/** How a write differs from a plain POST. */
export interface WriteHow {
  readonly method?: 'PUT';
  /** The version that was looked at. */
  readonly ifMatch?: number;
}

/** `ageMs`: how old an answer of a read replica is at most; absent of one that is as it stands. */
export type Answered<Value> = Result<Value, ApiFailure> & { readonly ageMs?: number };

export interface Api {
  read<Value>(path: string, schema: z.ZodType<Value>): Promise<Answered<Value>>;
  /** `key` names the intent: the same one again is a repeat, and gets the same answer. */
  write<Value>(
    path: string,
    key: string,
    body: object,
    schema: z.ZodType<Value>,
    how?: WriteHow,
  ): Promise<Result<Value, ApiFailure>>;
  /** A fresh key for one intent. */
  newKey(): string;
  /** Turns a one-time link into a session's cookie. */
  signIn(secret: string): Promise<Result<null, ApiFailure>>;
  signOut(): Promise<Result<null, ApiFailure>>;
  /** The centre's time, as far as its answers tell: ages must not come from a wrong clock of this machine. */
  centralNowMs(): number;
  /** The page knows of everything up to here: no answer may be older. */
  sawPosition(position: number): void;
}

/** Somebody changed it meanwhile: nothing was done. */
export function isStale(failure: ApiFailure): boolean {
  return failure.kind === 'problem' && failure.status === STALE;
}

const STALE = 412;
const ANSWER_TIMEOUT_MS = 15_000;
/** The Date header has whole seconds: smaller differences mean nothing. */
const CLOCK_ERROR_MIN_MS = 2_000;

/** Positions in these answers are of the inventory's log; those of other addresses may be of another one. */
const OF_THE_LOG = '/api/v1/';

const problemSchema = z.looseObject({ type: z.string().optional(), detail: z.string() });

/** Speaks HTTP with the centre; every expected failure is a value. */
export function createApi(parts: {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly newKey: () => string;
  readonly onUnauthenticated: () => void;
}): Api {
  let clockErrorMs = 0;
  let seenPosition = 0;

  /** A list from a read replica may not go back behind what another answer, or a refusal, has shown. */
  function note(path: string, text: string): void {
    if (path.startsWith(OF_THE_LOG)) seenPosition = Math.max(seenPosition, highestPosition(text));
  }

  async function send(path: string, init: RequestInit): Promise<Result<Response, ApiFailure>> {
    try {
      const response = await parts.fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      const date = Date.parse(response.headers.get('date') ?? '');
      const error = Number.isNaN(date) ? 0 : parts.clock.wallMs() - date;
      clockErrorMs = Math.abs(error) < CLOCK_ERROR_MIN_MS ? 0 : error;
      if (response.ok) return success(response);
      const text = await response.text().catch(() => '');
      note(path, text);
      return failure(failureOf(response.status, text));
    } catch {
      return failure({ kind: 'unreachable' });
    }
  }

  async function ask<Value>(
    path: string,
    init: RequestInit,
    schema: z.ZodType<Value>,
  ): Promise<Answered<Value>> {
    const sent = await send(path, init);
    if (!sent.ok) {
      if (sent.error.kind === 'unauthenticated') parts.onUnauthenticated();
      return sent;
    }
    const text = await sent.value.text().catch(() => '');
    note(path, text);
    const seconds = sent.value.headers.get('age');
    return { ...parse(text, schema), ...(seconds === null ? {} : { ageMs: Number(seconds) * 1_000 }) };
  }

  const noAnswer = async (sent: Promise<Result<Response, ApiFailure>>) => {
    const result = await sent;
    return result.ok ? success(null) : result;
  };

  return {
    read: (path, schema) =>
      ask(path, { headers: { Accept: 'application/json', 'Seen-Position': String(seenPosition) } }, schema),
    newKey: parts.newKey,
    write: (path, key, body, schema, { method = 'POST', ifMatch } = {}) =>
      ask(
        path,
        {
          method,
          headers: {
            'Content-Type': 'application/json',
            'Idempotency-Key': key,
            ...(ifMatch === undefined ? {} : { 'If-Match': `"${ifMatch}"` }),
          },
          body: JSON.stringify(body),
        },
        schema,
      ),
    signIn: (secret) =>
      noAnswer(send('/console/session', { method: 'POST', headers: { Authorization: `Link ${secret}` } })),
    signOut: () => noAnswer(send('/console/session', { method: 'DELETE' })),
    centralNowMs: () => parts.clock.wallMs() - clockErrorMs,
    sawPosition: (position) => {
      seenPosition = Math.max(seenPosition, position);
    },
  };
}

function highestPosition(text: string): number {
  let highest = 0;
  for (const [, digits] of text.matchAll(/"position":(\d{1,15})\b/g))
    highest = Math.max(highest, Number(digits));
  return highest;
}

function parse<Value>(text: string, schema: z.ZodType<Value>): Result<Value, ApiFailure> {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return success(parsed.data);
    const [issue] = parsed.error.issues;
    return failure({ kind: 'unreadable', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
  } catch {
    return failure({ kind: 'unreadable', detail: text.slice(0, 100) });
  }
}

function failureOf(status: number, text: string): ApiFailure {
  if (status === 401) return { kind: 'unauthenticated' };
  const problem = parse(text, problemSchema);
  if (!problem.ok) return { kind: 'problem', status, name: 'unknown', detail: text.slice(0, 200) };
  const name = (problem.value.type ?? '').replace('urn:gondola:problem:', '');
  return { kind: 'problem', status, name, detail: problem.value.detail };
}
