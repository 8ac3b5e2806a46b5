import type { AuditEntry, AuditListRequest, Page } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { Records } from '../records.ts';

@Injectable()
export class AuditService {
  constructor(private readonly records: Records) {}

  list(request: AuditListRequest): Promise<Page<AuditEntry>> {
    return this.records.audit.list(request);
  }
}
