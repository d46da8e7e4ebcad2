import { config } from 'zod';

// Imported before any schema is made: zod otherwise tries whether `new Function` is allowed here, and the content security
// policy reports that as a violation on every page.
config({ jitless: true });
