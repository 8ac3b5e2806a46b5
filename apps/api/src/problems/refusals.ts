import type { Problem } from '@ferry/contracts/http';
import { isName, type ErrorCode } from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Log } from '../logging.ts';
import { Records } from '../records.ts';
import { actorOf } from '../requests/actor.ts';
import { migrationId } from '../requests/identifiers.ts';

/** More mistakes than these are not worth keeping. */
const FIELDS_KEPT = 20;
/** Nothing refused: the deed was begun, and failed. */
const DEEDS: readonly ErrorCode[] = ['HYPERVISOR_FAILED', 'HYPERVISOR_SILENT', 'WITNESS_UNREACHABLE', 'INTERNAL'];
/** Of a VM's start or stop that was asked for, nobody knows then what has become. */
const UNANSWERED: readonly ErrorCode[] = ['ENGINE_UNAVAILABLE'];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The action under which a refused request goes into the audit history; only those that have one do. */
    refusedAs?: string;
    /** The largest body in bytes, where it isn't the usual one. */
    bodyLimit?: number;
  }
}

/** Keeps who was refused what, and why. */
@Injectable()
export class Refusals {
  constructor(
    private readonly records: Records,
    private readonly log: Log,
  ) {}

  /** Adds the refusal to the audit history, as well as can be done at present. */
  async record(request: FastifyRequest, { code, detail, fields }: Problem): Promise<void> {
    const action = request.routeOptions.config.refusedAs;
    // Without the records there is nowhere to write, and the answer should not wait to find that out again.
    if (action === undefined || code === 'RECORDS_UNAVAILABLE') return;
    const entry = {
      ...{ at: new Date().toISOString(), actor: actorOf(request) ?? 'anonymous', action, sequence: null },
      outcome: wasBegun(action, code) ? ('failed' as const) : ('refused' as const),
      ...subjectOf(request),
      details: { code, detail, request: request.id, ...(fields ? { fields: fields.slice(0, FIELDS_KEPT) } : {}) },
    };
    try {
      // Of a migration's own verbs the request names no VM.
      if (entry.migration !== null) entry.vm = (await this.records.migrations.find(entry.migration))?.vm ?? null;
      await this.records.audit.record([entry]);
    } catch (error) {
      this.log.warn({ err: error, entry }, 'a refusal could not be recorded');
    }
  }
}

function wasBegun(action: string, code: ErrorCode): boolean {
  return DEEDS.includes(code) || (action.startsWith('virtual-machine.') && UNANSWERED.includes(code));
}

interface Subject {
  migration: string | null;
  vm: string | null;
  host: string | null;
}

/** What the request was about, as far as it said so in well-formed names. */
function subjectOf({ body, params, routeOptions }: FastifyRequest): Subject {
  const said = { ...objectOf(params), ...objectOf(body) };
  if (routeOptions.url?.includes('/migrations/:id')) {
    const { data } = migrationId.safeParse(objectOf(params)['id']);
    return { migration: data ?? null, vm: null, host: null };
  }
  const definition = objectOf(said['definition']);
  return {
    migration: null,
    vm: nameOf(said['vm']) ?? nameOf(definition['id']) ?? nameOf(said['id']),
    host: nameOf(said['destination']) ?? nameOf(said['host']),
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' && isName(value) ? value : null;
}
