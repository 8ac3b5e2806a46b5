import { expect, test } from 'vitest';
import { DATABASE_URL, HTTP_URL, LISTEN_ADDRESS, LOG_LEVEL, SERVER_ADDRESS } from './kinds.ts';
import { BadSettings, readSettings } from './read-settings.ts';

test('all that is missing or malformed is named at once, with what it may be; no value is repeated', () => {
  const environment = { LEVEL: 'loud', DATABASE: 'postgres://ferry:secret@db:99999/ferry', EMPTY: '' };
  const read = () =>
    readSettings(environment, ({ read, optional }) => [
      read('LEVEL', LOG_LEVEL),
      read('DATABASE', DATABASE_URL),
      read('SERVER', SERVER_ADDRESS),
      optional('EMPTY', HTTP_URL),
    ]);
  expect(read).toThrow(BadSettings);
  expect(read).toThrow(
    [
      `LEVEL is malformed: set it to ${LOG_LEVEL.allowed}`,
      `DATABASE is malformed: set it to ${DATABASE_URL.allowed}`,
      `SERVER is missing: set it to ${SERVER_ADDRESS.allowed}`,
      `EMPTY is malformed: set it to ${HTTP_URL.allowed}`,
    ].join('\n'),
  );
});

test('what is not set has its default, and what needs none may be left out', () => {
  const settings = readSettings({}, ({ read, optional }) => [
    read('LEVEL', LOG_LEVEL, 'info'),
    optional('URL', HTTP_URL),
  ]);
  expect(settings).toEqual(['info', undefined]);
});

test.each([
  [LISTEN_ADDRESS, '[::1]:9', { host: '::1', port: 9 }],
  [LISTEN_ADDRESS, 'localhost:65535', { host: 'localhost', port: 65_535 }],
  [LISTEN_ADDRESS, 'localhost:65536', undefined],
  [LISTEN_ADDRESS, '::1:9', undefined],
  [SERVER_ADDRESS, 'temporal:7233', 'temporal:7233'],
  [HTTP_URL, 'https://ferry.example/', 'https://ferry.example'],
  [HTTP_URL, 'ftp://ferry.example', undefined],
  [DATABASE_URL, 'postgresql://ferry@db/ferry', 'postgresql://ferry@db/ferry'],
  [DATABASE_URL, 'mysql://ferry@db/ferry', undefined],
])('%#: $1 is read as $2', ({ parse }, text, value) => {
  expect(parse(text)).toEqual(value);
});
