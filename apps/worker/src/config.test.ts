import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const COMPLETE = {
  FERRY_TEMPORAL_ADDRESS: '127.0.0.1:7233',
  FERRY_DATABASE_URL: 'postgres://ferry@127.0.0.1:5432/ferry',
};

test('what is optional has a default', () => {
  expect(readConfig(COMPLETE)).toMatchObject({ temporal: { namespace: 'default' }, logLevel: 'info' });
});

test('every missing or malformed variable is named at once', () => {
  expect(() => readConfig({ FERRY_TEMPORAL_ADDRESS: 'nowhere', FERRY_LOG_LEVEL: 'loud' })).toThrow(
    /FERRY_TEMPORAL_ADDRESS is malformed[^]*FERRY_DATABASE_URL is missing[^]*FERRY_LOG_LEVEL is malformed/,
  );
});

test.each([
  ['FERRY_TEMPORAL_ADDRESS', '127.0.0.1:99999'],
  ['FERRY_TEMPORAL_ADDRESS', ':::1'],
  ['FERRY_DATABASE_URL', 'postgres://ferry@db:99999/ferry'],
])('%s is malformed as %s', (name, value) => {
  expect(() => readConfig({ ...COMPLETE, [name]: value })).toThrow(`${name} is malformed`);
});
