import { fleetPreflight, preflightBody, type FleetPreflight } from '@ferry/contracts/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { PreflightService } from './preflight-service.ts';

const optionalBody = preflightBody.nullish().transform((given) => given ?? { destinations: null });

@ApiTags('virtual machines')
@Controller('preflight')
export class FleetPreflightController {
  constructor(private readonly service: PreflightService) {}

  @Post()
  @HttpCode(200)
  @Answers(fleetPreflight, {
    description:
      'Where each VM that runs could move if it were the only one, and why not elsewhere. Nothing was touched.',
  })
  @Problems('VALIDATION_FAILED', 'HOST_UNKNOWN', 'RECORDS_UNAVAILABLE', 'ENGINE_UNAVAILABLE')
  async preflight(
    @Body({ schema: optionalBody }) { destinations }: { destinations: string[] | null },
  ): Promise<FleetPreflight> {
    return { virtualMachines: await this.service.preflightAll(destinations) };
  }
}
