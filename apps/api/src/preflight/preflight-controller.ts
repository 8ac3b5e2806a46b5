import { name, preflightBody, preflightReport, type PreflightReport } from '@ferry/contracts/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { PreflightService } from './preflight-service.ts';

const optionalBody = preflightBody.nullish().transform((given) => given ?? { destinations: null });

@ApiTags('virtual machines')
@Controller('virtual-machines/:id/preflight')
export class PreflightController {
  constructor(private readonly service: PreflightService) {}

  @Post()
  @HttpCode(200)
  @Answers(preflightReport, { description: 'Where the VM could move, and why not elsewhere. Nothing was touched.' })
  @Problems(
    'VALIDATION_FAILED',
    'VM_UNKNOWN',
    'VM_NOT_RUNNING',
    'VM_ALREADY_MOVING',
    'HOST_UNKNOWN',
    'SAME_HOST',
    'RECORDS_UNAVAILABLE',
    'ENGINE_UNAVAILABLE',
  )
  preflight(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: optionalBody }) { destinations }: { destinations: string[] | null },
  ): Promise<PreflightReport> {
    return this.service.preflight(id, destinations);
  }
}
