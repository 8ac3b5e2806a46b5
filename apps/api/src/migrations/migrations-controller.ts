import type { CancelAnswer, DecideAnswer, ResumeAnswer, ResumeRequest } from '@ferry/contracts';
import {
  API_PREFIX,
  cancelAnswer,
  decideAnswer,
  decideBody,
  migrationDetail,
  migrationListQuery,
  migrationPage,
  resumeAnswer,
  submitMigrationBody,
  submittedMigration,
  type DecideBody,
  type SubmittedMigration,
} from '@ferry/contracts/http';
import type { MigrationListRequest, MigrationRow, Page } from '@ferry/persistence';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers, Problems } from '../problems/answers.ts';
import { Actor } from '../requests/actor.ts';
import { IdempotencyKey } from '../requests/idempotency-key.ts';
import { migrationId } from '../requests/identifiers.ts';
import { optionalIntervention } from '../requests/optional-intervention.ts';
import { optionalResumption } from '../requests/optional-resumption.ts';
import { MigrationsService } from './migrations-service.ts';
import { SubmitService, type SubmitRequest } from './submit-service.ts';

@ApiTags('migrations')
@Controller('migrations')
export class MigrationsController {
  constructor(
    private readonly migrations: MigrationsService,
    private readonly submissions: SubmitService,
  ) {}

  @Post()
  @HttpCode(202)
  @RouteConfig({ refusedAs: 'migration.refused' })
  @Answers(submittedMigration, {
    status: 202,
    description: 'Accepted: it will be carried out whatever fails meanwhile.',
  })
  @ApiOkResponse({ description: 'A dry run: it would be accepted.', standardSchema: submittedMigration })
  @Problems('VALIDATION_FAILED', 'VM_UNKNOWN', 'HOST_UNKNOWN', 'SAME_HOST', 'NOT_IN_CLUSTER')
  @Problems('VM_NOT_RUNNING', 'VM_ALREADY_MOVING', 'HOST_GONE', 'ENGINE_UNAVAILABLE', 'RECORDS_UNAVAILABLE')
  async submit(
    @Body({ schema: submitMigrationBody }) body: SubmitRequest,
    @Actor() actor: string,
    @IdempotencyKey() key: string | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmittedMigration> {
    const submitted = await this.submissions.submit(body, actor, key);
    if (submitted.id === null) void reply.status(200);
    else void reply.header('location', `${API_PREFIX}/migrations/${submitted.id}`);
    return submitted;
  }

  @Get()
  @Answers(migrationPage)
  @Problems('VALIDATION_FAILED', 'RECORDS_UNAVAILABLE')
  list(@Query({ schema: migrationListQuery }) query: MigrationListRequest): Promise<Page<MigrationRow>> {
    return this.migrations.list(query);
  }

  @Get(':id')
  @Answers(migrationDetail)
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'RECORDS_UNAVAILABLE')
  get(@Param('id', { schema: migrationId }) id: string): ReturnType<MigrationsService['get']> {
    return this.migrations.get(id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.cancel-refused' })
  @Answers(cancelAnswer)
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'CANCEL_TOO_LATE', 'ENGINE_UNAVAILABLE')
  cancel(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: optionalIntervention }) { reason }: { reason: string | null },
    @Actor() actor: string,
  ): Promise<CancelAnswer> {
    return this.migrations.cancel(id, { actor, reason });
  }

  @Post(':id/resume')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.resume-refused' })
  @Answers(resumeAnswer)
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'NOT_PARKED', 'ENGINE_UNAVAILABLE')
  resume(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: optionalResumption }) asked: Omit<ResumeRequest, 'actor'>,
    @Actor() actor: string,
  ): Promise<ResumeAnswer> {
    return this.migrations.resume(id, { actor, ...asked });
  }

  @Post(':id/decide')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.decide-refused' })
  @Answers(decideAnswer)
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'NOTHING_TO_DECIDE', 'DECISION_NOT_CONFIRMED')
  @Problems(
    'NOTHING_TO_ASSIGN',
    'FENCE_FAILED',
    'HOST_GONE',
    'WITNESS_UNREACHABLE',
    'HYPERVISOR_SILENT',
    'ENGINE_UNAVAILABLE',
  )
  decide(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: decideBody }) body: DecideBody,
    @Actor() actor: string,
  ): Promise<DecideAnswer> {
    return this.migrations.decide(id, { ...body, actor });
  }
}
