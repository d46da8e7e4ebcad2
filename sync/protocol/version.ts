/**
 * The version of the wire. Raise it with every change of a message, add a line here, and pin the new hash in
 * version.test.ts.
 *
 * 1: hello, push, pull, poke.
 * 2: allotments: a nonce up and a signed grant sheet down with each pull; transfers down; `fork` in hello; the
 *    operations adjust, expire, surrender, settle and transfers; what a line took of its allotment.
 * 3: how a sale was paid, its discounts, taxes and weights, and what else the till did; which receipt a return is of. All
 *    of it may be left out.
 */
export const PROTOCOL_VERSION = 3;

/** Tills below this are told to update; their journals stay readable for ever (the record's own `format`). */
export const PROTOCOL_VERSION_MIN = 1;
