import { definitionOf, copyOf, reportOf } from '@ferry/persistence/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Problem } from '@ferry/contracts/http';
import { pino } from 'pino';
import { createHash } from 'node:crypto';
import { createApp } from '../create-app.ts';
import { openApiDocument } from '../open-api-document.ts';
import { demandDocumented } from './demand-documented.ts';
import { FakeEngine } from '../engine/fake-engine.ts';
import type { Records } from '../records.ts';
import { FakeRecords } from './fake-records.ts';

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is if it is a string. */
  body?: unknown;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
  /** The same, where it must be a problem. */
  problem: Problem;
}

/** The API on fakes: two hosts of the cluster `east`, `web-1` runs on the first of them. */
export async function openApi() {
  const records = new FakeRecords();
  const engine = new FakeEngine();
  const app = await createApp({ records, engine, log: pino({ level: 'silent' }) });
  await app.init();
  const at = new Date().toISOString();
  await records.clusters.create('east', { actor: 'ann', reason: null });
  for (const report of [reportOf('host-a', at, [copyOf('web-1')]), reportOf('host-b', at)]) {
    await join(records, 'east', report.host);
    await records.hosts.report(report, true);
  }
  const document = openApiDocument(app);
  // What tests find in the audit history is what they have led to.
  records.audit.entries.length = 0;
  return { app, records, engine, ask: (address: string, asked?: Asked) => ask(app, document, address, asked) };
}

/** What a host's agent shows. */
export function credentialOf(cluster: string, host: string): { authorization: string } {
  return { authorization: `Bearer ferry.${cluster}.${host}.${'x'.repeat(43)}` };
}

/** Lets a host become a member of a cluster, by that credential. */
export async function join(records: Records, cluster: string, host: string): Promise<void> {
  const credential = credentialOf(cluster, host).authorization.replace('Bearer ', '');
  const credentialHash = createHash('sha256').update(credential).digest('hex');
  await records.clusters.invite({ cluster, host, credentialHash, validMinutes: 1 }, { actor: 'ann', reason: null });
  await records.clusters.recognize(host, credentialHash);
}

export { definitionOf };

/** Asks, and holds the answer to the documentation. */
async function ask(
  app: NestFastifyApplication,
  document: OpenAPIObject,
  address: string,
  asked: Asked = {},
): Promise<Answer> {
  const { method = asked.body === undefined ? 'GET' : 'POST', body } = asked;
  const response = await app.inject({
    method,
    url: address,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...asked.headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const type = String(response.headers['content-type']);
  demandDocumented(document, `${method} ${address}`, { status: response.statusCode, type });
  const answered: unknown = type.includes('json') ? response.json() : response.body;
  return { status: response.statusCode, headers: response.headers, body: answered, problem: answered as Problem };
}
