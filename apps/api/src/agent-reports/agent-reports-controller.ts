import { hostReport, name, progressBody } from '@ferry/contracts/http';
import type { HostReport, MigrationProgress } from '@ferry/domain';
import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Problems } from '../problems/answers.ts';
import { AgentReportsService } from './agent-reports-service.ts';

const REPORT_LIMIT = 4 * 1024 ** 2;

@ApiTags('agents')
@Controller('hosts/:id')
export class AgentReportsController {
  constructor(private readonly reports: AgentReportsService) {}

  @Put('report')
  @HttpCode(204)
  @RouteConfig({ bodyLimit: REPORT_LIMIT })
  @Problems('VALIDATION_FAILED', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RECORDS_UNAVAILABLE')
  async report(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: hostReport }) report: HostReport,
  ): Promise<void> {
    await this.reports.report(id, report);
  }

  @Post('progress')
  @HttpCode(204)
  @Problems('VALIDATION_FAILED', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED')
  progress(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: progressBody }) { progress }: { progress: MigrationProgress[] },
  ): void {
    this.reports.progress(id, progress);
  }
}
