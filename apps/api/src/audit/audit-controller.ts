import { auditPage, auditQuery } from '@ferry/contracts/http';
import type { AuditEntry, AuditListRequest, Page } from '@ferry/persistence';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { AuditService } from './audit-service.ts';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Answers(auditPage)
  @Problems('VALIDATION_FAILED', 'RECORDS_UNAVAILABLE')
  list(@Query({ schema: auditQuery }) query: AuditListRequest): Promise<Page<AuditEntry>> {
    return this.audit.list(query);
  }
}
