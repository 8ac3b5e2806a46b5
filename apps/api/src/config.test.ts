import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const complete = {
  FERRY_DATABASE_URL: 'postgres://ferry@127.0.0.1:5432/ferry',
  FERRY_TEMPORAL_ADDRESS: '127.0.0.1:7233',
};

it('has defaults for all but the two servers', () => {
  expect(readConfig(complete)).toEqual({
    listen: { host: '127.0.0.1', port: 8080 },
    databaseUrl: complete.FERRY_DATABASE_URL,
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    logLevel: 'info',
  });
  expect(readConfig({ ...complete, FERRY_API_LISTEN: '[::1]:9' }).listen).toEqual({ host: '::1', port: 9 });
});

it('names every mistake at once', () => {
  const mistakes = { FERRY_API_LISTEN: '80', FERRY_TEMPORAL_ADDRESS: 'here:99999', FERRY_LOG_LEVEL: 'loud' };
  expect(() => readConfig(mistakes)).toThrow(
    new RegExp(
      [
        'FERRY_API_LISTEN is malformed',
        'FERRY_DATABASE_URL is missing',
        'FERRY_TEMPORAL_ADDRESS is malformed',
        'FERRY_LOG_LEVEL is malformed',
      ].join('[^]*'),
    ),
  );
});
