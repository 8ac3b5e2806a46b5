import { inflateSync } from 'node:zlib';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { expect, test } from 'vitest';
import { CompressedPayloads } from './compressed-payloads.ts';

const codec = new CompressedPayloads();
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const encodingOf = (payload?: Payload) => Buffer.from(payload?.metadata?.['encoding'] ?? []).toString();

test('what is short stays as it was, and readable', async () => {
  const payload = payloadOf({ vm: 'web-1' });
  expect(await codec.encode([payload])).toEqual([payload]);
  expect(await codec.decode([payload])).toEqual([payload]);
});

test('what is long and repeats itself takes a tenth, and comes back as it was, in its order', async () => {
  const fleet = Array.from({ length: 2_000 }, (_, at) => ({ vm: `web-${at}`, host: 'host-a', memoryKiB: 1_048_576 }));
  const payloads = [payloadOf(fleet), payloadOf('ü')];
  const encoded = await codec.encode(payloads);
  expect(encoded.map(encodingOf)).toEqual(['binary/zlib', 'json/plain']);
  expect(encoded[0]?.data?.length).toBeLessThan((payloads[0]?.data?.length ?? 0) / 10);
  const decoded = await codec.decode(encoded);
  expect(decoded.map((each) => defaultPayloadConverter.fromPayload(each))).toEqual([fleet, 'ü']);
});

test('the whole payload is compressed, with what it says of itself, as the Go SDK does it', async () => {
  const [encoded] = await codec.encode([payloadOf('x'.repeat(100_000))]);
  const inside = inflateSync(encoded?.data ?? Buffer.alloc(0)).toString('latin1');
  expect(inside).toContain('json/plain');
  expect(inside).toContain('x'.repeat(100_000));
});

test('what claims to be compressed and is not is refused', async () => {
  const [encoded] = await codec.encode([payloadOf('x'.repeat(100_000))]);
  const broken = { ...encoded, data: Buffer.from('no zlib') } as Payload;
  await expect(codec.decode([broken])).rejects.toThrow(/incorrect header/);
});
