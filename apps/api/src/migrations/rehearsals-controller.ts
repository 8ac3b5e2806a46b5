import { API_PREFIX, rehearseBody, submittedMigration, type SubmittedMigration } from '@ferry/contracts/http';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers, Problems } from '../problems/answers.ts';
import { Actor } from '../requests/actor.ts';
import { IdempotencyKey } from '../requests/idempotency-key.ts';
import { SubmitService, type SubmitRequest } from './submit-service.ts';

/** Rehearsals are migrations whose guest stays: they are asked for here, and seen and steered as migrations. */
@ApiTags('migrations')
@Controller('rehearsals')
export class RehearsalsController {
  constructor(private readonly submissions: SubmitService) {}

  @Post()
  @HttpCode(202)
  @RouteConfig({ refusedAs: 'migration.refused' })
  @Answers(submittedMigration, {
    status: 202,
    description: 'Accepted: memory is copied as in a migration; then all of it is undone, and the figures are told.',
  })
  @Problems('VALIDATION_FAILED', 'VM_UNKNOWN', 'HOST_UNKNOWN', 'SAME_HOST', 'NOT_IN_CLUSTER')
  @Problems('VM_NOT_RUNNING', 'VM_ALREADY_MOVING', 'HOST_GONE', 'ENGINE_UNAVAILABLE', 'RECORDS_UNAVAILABLE')
  async submit(
    @Body({ schema: rehearseBody }) body: Omit<SubmitRequest, 'hold' | 'dryRun' | 'rehearsal'>,
    @Actor() actor: string,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmittedMigration> {
    const asked = { ...body, hold: false, dryRun: false, rehearsal: true };
    const submitted = await this.submissions.submit(asked, actor, key);
    void reply.header('location', `${API_PREFIX}/migrations/${submitted.id}`);
    return submitted;
  }
}
