import { migrationLimits, migrationQueue, setLimitsBody } from '@ferry/contracts/http';
import type { QueueSnapshot } from '@ferry/contracts';
import type { MigrationLimits } from '@ferry/domain';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { Actor } from '../requests/actor.ts';
import { QueueService } from './queue-service.ts';

@ApiTags('queue')
@Controller()
export class QueueController {
  constructor(private readonly queue: QueueService) {}

  @Get('queue')
  @Answers(migrationQueue)
  @Problems('QUEUE_UNAVAILABLE', 'ENGINE_UNAVAILABLE')
  get(): Promise<QueueSnapshot> {
    return this.queue.queue();
  }

  @Get('limits')
  @Answers(migrationLimits)
  @Problems('QUEUE_UNAVAILABLE', 'ENGINE_UNAVAILABLE')
  async limits(): Promise<MigrationLimits> {
    return (await this.queue.queue()).limits;
  }

  @Put('limits')
  @RouteConfig({ refusedAs: 'limits.set' })
  @Answers(migrationLimits, { description: 'The limits that hold from now on.' })
  @Problems('VALIDATION_FAILED', 'QUEUE_UNAVAILABLE', 'ENGINE_UNAVAILABLE')
  setLimits(
    @Body({ schema: setLimitsBody }) { reason, ...limits }: Partial<MigrationLimits> & { reason: string | null },
    @Actor() actor: string,
  ): Promise<MigrationLimits> {
    return this.queue.setLimits(limits, { actor, reason });
  }
}
