import type { SteerAnswer } from '@ferry/contracts';
import { forceBody, steerAnswer, tuneBody } from '@ferry/contracts/http';
import type { MigrationPolicy, TunableLimit } from '@ferry/domain';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { Actor } from '../requests/actor.ts';
import { migrationId } from '../requests/identifiers.ts';
import { optionalIntervention } from '../requests/optional-intervention.ts';
import { MigrationsService } from './migrations-service.ts';

type TuneInput = { reason: string | null } & Partial<Pick<MigrationPolicy, TunableLimit>>;

/** The verbs by which people steer a migration while it copies memory. */
@ApiTags('migrations')
@Controller('migrations')
export class SteeringController {
  constructor(private readonly migrations: MigrationsService) {}

  @Post(':id/hold')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.hold-refused' })
  @Answers(steerAnswer, { description: 'Held: memory is copied and kept fresh, and the guest is not switched over.' })
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'CANCEL_UNDER_WAY', 'ENGINE_UNAVAILABLE')
  @Problems('ALREADY_HELD', 'SWITCHOVER_BEGUN', 'HOST_GONE', 'HYPERVISOR_SILENT')
  hold(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: optionalIntervention }) { reason }: { reason: string | null },
    @Actor() actor: string,
  ): Promise<SteerAnswer> {
    return this.migrations.hold(id, { actor, reason });
  }

  @Post(':id/release')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.release-refused' })
  @Answers(steerAnswer, { description: 'Released: it switches over as soon as its policy allows.' })
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'CANCEL_UNDER_WAY', 'ENGINE_UNAVAILABLE')
  @Problems('NOT_HELD', 'SWITCHOVER_BEGUN', 'HOST_GONE', 'HYPERVISOR_SILENT')
  release(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: optionalIntervention }) { reason }: { reason: string | null },
    @Actor() actor: string,
  ): Promise<SteerAnswer> {
    return this.migrations.release(id, { actor, reason });
  }

  @Post(':id/force')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.force-refused' })
  @Answers(steerAnswer, { description: 'It switches over now, with the downtime that was agreed to.' })
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'CANCEL_UNDER_WAY', 'ENGINE_UNAVAILABLE')
  @Problems('TRANSFER_NOT_BEGUN', 'DOWNTIME_TOO_SHORT', 'SWITCHOVER_BEGUN', 'HOST_GONE', 'HYPERVISOR_SILENT')
  force(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: forceBody }) { reason, downtimeMs }: { reason: string | null; downtimeMs: number },
    @Actor() actor: string,
  ): Promise<SteerAnswer> {
    return this.migrations.force(id, { actor, reason, downtimeMs });
  }

  @Post(':id/tune')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'migration.tune-refused' })
  @Answers(steerAnswer, { description: 'The limits are in force; while it is held, from its release on.' })
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'MIGRATION_ENDED', 'CANCEL_UNDER_WAY', 'ENGINE_UNAVAILABLE')
  @Problems('SWITCHOVER_BEGUN', 'HOST_GONE', 'HYPERVISOR_SILENT')
  tune(
    @Param('id', { schema: migrationId }) id: string,
    @Body({ schema: tuneBody }) { reason, ...policy }: TuneInput,
    @Actor() actor: string,
  ): Promise<SteerAnswer> {
    return this.migrations.tune(id, { actor, reason, policy });
  }
}
