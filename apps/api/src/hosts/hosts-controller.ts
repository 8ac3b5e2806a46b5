import { host, hostPage, name, pageQuery } from '@ferry/contracts/http';
import type { HostRecord, Page, PageRequest } from '@ferry/persistence';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { HostsService } from './hosts-service.ts';

@ApiTags('hosts')
@Controller('hosts')
export class HostsController {
  constructor(private readonly hosts: HostsService) {}

  @Get()
  @Answers(hostPage)
  @Problems('VALIDATION_FAILED', 'RECORDS_UNAVAILABLE')
  list(@Query({ schema: pageQuery }) query: PageRequest): Promise<Page<HostRecord>> {
    return this.hosts.list(query);
  }

  @Get(':id')
  @Answers(host)
  @Problems('VALIDATION_FAILED', 'HOST_UNKNOWN', 'RECORDS_UNAVAILABLE')
  get(@Param('id', { schema: name }) id: string): Promise<HostRecord> {
    return this.hosts.get(id);
  }
}
