import { hostReport, hostReportAnswer, name, progressBody, type HostReportAnswer } from '@ferry/contracts/http';
import type { HostReport, MigrationProgress } from '@ferry/domain';
import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { CredentialHash } from '../requests/credential-hash.ts';
import { AgentReportsService } from './agent-reports-service.ts';

const REPORT_LIMIT = 4 * 1024 ** 2;

@ApiTags('agents')
@ApiBearerAuth()
@Controller('hosts/:id')
export class AgentReportsController {
  constructor(private readonly reports: AgentReportsService) {}

  @Put('report')
  @RouteConfig({ bodyLimit: REPORT_LIMIT })
  @Answers(hostReportAnswer)
  @Problems('VALIDATION_FAILED', 'CREDENTIAL_REFUSED', 'RECORDS_UNAVAILABLE')
  async report(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: hostReport }) report: HostReport,
    @CredentialHash() shown: string | null,
  ): Promise<HostReportAnswer> {
    return { cluster: await this.reports.report(id, report, shown) };
  }

  @Post('progress')
  @HttpCode(204)
  @Problems('VALIDATION_FAILED', 'CREDENTIAL_REFUSED')
  progress(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: progressBody }) { progress }: { progress: MigrationProgress[] },
    @CredentialHash() shown: string | null,
  ): void {
    this.reports.progress(id, progress, shown);
  }
}
