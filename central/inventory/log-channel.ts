/** Notified after each commit with the log's new last position. */
export const LOG_CHANNEL = 'inventory_log';
