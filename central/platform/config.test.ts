import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

test('an empty environment gives the defaults, with an absolute folder', () => {
  const parsed = parseConfig({ PORT: '', UNRELATED: 'x' });
  expect(parsed).toEqual({
    ok: true,
    value: {
      port: 8080,
      host: '127.0.0.1',
      dataDir: `${process.cwd()}/.gondola`,
      databaseUrl: null,
      readDatabaseUrl: null,
      kafkaBrokers: [],
      reservationTimeoutSeconds: 300,
      allotments: 'balanced',
      allotmentMode: 'settlement-only',
      compensation: 'propose',
      logLevel: 'info',
    },
  });
});

test('the list of brokers is split, and port 0 asks for any free one', () => {
  const parsed = parseConfig({ KAFKA_BROKERS: 'a:1, b:2', PORT: '0' });
  expect(parsed.ok && [parsed.value.kafkaBrokers, parsed.value.port]).toEqual([['a:1', 'b:2'], 0]);
});

test.each([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, not "http".'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
  [
    { HOST: 'two words' },
    'HOST must be an address to listen on, such as 127.0.0.1 or 0.0.0.0, not "two words".',
  ],
  [
    { DATABASE_URL: 'mysql://u:secret@h/db' },
    'DATABASE_URL must be a URL such as postgres://user:password@host:5432/postgres.',
  ],
  [
    { READ_DATABASE_URL: 'http://u:secret@h', DATABASE_URL: 'postgres://u@h/db' },
    'READ_DATABASE_URL must be a URL such as postgres://replica-host:5432.',
  ],
  [
    { READ_DATABASE_URL: 'postgres://replica:5433' },
    'READ_DATABASE_URL names a standby of the server of DATABASE_URL: set DATABASE_URL too.',
  ],
  [
    { KAFKA_BROKERS: 'broker' },
    'KAFKA_BROKERS must be a list such as broker1:9092,broker2:9092, not "broker".',
  ],
  [
    { RESERVATION_TIMEOUT_SECONDS: '0' },
    'RESERVATION_TIMEOUT_SECONDS must be a whole number from 1 to 86400, not "0".',
  ],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, silent, not "loud".'],
])('%o is one sentence', (environment, sentence) => {
  expect(parseConfig(environment)).toEqual({ ok: false, error: [sentence] });
});

test('every wrong variable is named at once', () => {
  const parsed = parseConfig({ PORT: 'x', LOG_LEVEL: 'y' });
  expect(!parsed.ok && parsed.error.map((line) => line.split(' ')[0])).toEqual(['PORT', 'LOG_LEVEL']);
});
