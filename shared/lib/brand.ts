declare const brand: unique symbol;

/** A base type that the compiler keeps apart by name. Make one only where the value has been checked. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
