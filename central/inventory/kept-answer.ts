/** Who asked, by which Idempotency-Key, for what: the route and the body as parsed and written again. */
export interface KeyedCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly raw: string;
}

export type KeptAnswer<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly repeated: boolean }
  | { readonly kind: 'reused-key' };
