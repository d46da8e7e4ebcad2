/**
 * The version of the wire. Raise it with every change of a message, add a line here, and pin the new hash in
 * version.test.ts.
 *
 * 1: hello, push, pull, poke.
 */
export const PROTOCOL_VERSION = 1;

/** Tills below this are told to update; their journals stay readable for ever (the record's own `format`). */
export const PROTOCOL_VERSION_MIN = 1;
