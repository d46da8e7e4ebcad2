// Only what pouch-journal.ts uses. The published types declare a global `Buffer` of their own, which breaks Node's for
// the whole program, so the package is imported by its file and described here.
declare module 'pouchdb-core/lib/index.js' {
  export interface PutDocument {
    readonly _id: string;
    readonly _rev?: string;
    readonly [field: string]: unknown;
  }

  export interface AllDocsOptions {
    readonly startkey: string;
    readonly endkey: string;
    readonly include_docs?: boolean;
    readonly descending?: boolean;
    readonly limit?: number;
  }

  export default class PouchDB {
    constructor(name: string, options: { adapter: string; auto_compaction: boolean; revs_limit: number });
    static plugin(plugin: unknown): void;
    get<Content>(id: string): Promise<Content & { readonly _id: string; readonly _rev: string }>;
    put(document: PutDocument): Promise<unknown>;
    allDocs<Content>(options: AllDocsOptions): Promise<{ rows: { id: string; doc?: Content }[] }>;
    close(): Promise<void>;
  }
}

declare module 'pouchdb-adapter-idb' {
  const plugin: unknown;
  export default plugin;
}
