import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Engine } from '../engine/engine.ts';
import { Records } from '../records.ts';

@Injectable()
export class HealthService {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly engine: Engine,
    private readonly records: Records,
  ) {}

  /** Fails with the check's own document (503) unless Temporal and Postgres answer. */
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.#check('engine', this.engine), () => this.#check('records', this.records)]);
  }

  async #check<Key extends string>(key: Key, server: { ping(): Promise<void> }) {
    const indicator = this.indicators.check(key);
    try {
      await server.ping();
      return indicator.up();
    } catch (error) {
      return indicator.down({ message: error instanceof Error ? error.message : String(error) });
    }
  }
}
