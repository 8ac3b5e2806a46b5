import {
  name,
  startVirtualMachineBody,
  virtualMachine,
  virtualMachinePage,
  virtualMachineQuery,
} from '@ferry/contracts/http';
import type { Page, VirtualMachineListRequest } from '@ferry/persistence';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { Actor } from '../requests/actor.ts';
import { optionalIntervention } from '../requests/optional-intervention.ts';
import { VirtualMachinesService, type StartRequest, type VirtualMachineView } from './virtual-machines-service.ts';

@ApiTags('virtual machines')
@Controller('virtual-machines')
export class VirtualMachinesController {
  constructor(private readonly virtualMachines: VirtualMachinesService) {}

  @Get()
  @Answers(virtualMachinePage)
  @Problems('VALIDATION_FAILED', 'RECORDS_UNAVAILABLE')
  list(@Query({ schema: virtualMachineQuery }) query: VirtualMachineListRequest): Promise<Page<VirtualMachineView>> {
    return this.virtualMachines.list(query);
  }

  @Get(':id')
  @Answers(virtualMachine)
  @Problems('VALIDATION_FAILED', 'VM_UNKNOWN', 'RECORDS_UNAVAILABLE')
  get(@Param('id', { schema: name }) id: string): Promise<VirtualMachineView> {
    return this.virtualMachines.get(id);
  }

  @Post()
  @RouteConfig({ refusedAs: 'virtual-machine.start' })
  @Answers(virtualMachine, { status: 201, description: 'The VM runs.' })
  @Problems('VALIDATION_FAILED', 'HOST_UNKNOWN', 'HOST_GONE', 'NOT_IN_CLUSTER', 'VM_ALREADY_THERE', 'VM_ALREADY_MOVING')
  @Problems('VOLUME_IN_USE', 'NETWORK_UNKNOWN', 'STORAGE_OUTSIDE_POOL', 'HYPERVISOR_FAILED', 'HYPERVISOR_SILENT')
  @Problems('WITNESS_UNREACHABLE', 'RECORDS_UNAVAILABLE', 'ENGINE_UNAVAILABLE')
  start(
    @Body({ schema: startVirtualMachineBody }) body: StartRequest,
    @Actor() actor: string,
  ): Promise<VirtualMachineView> {
    return this.virtualMachines.start(body, actor);
  }

  @Post(':id/stop')
  @HttpCode(200)
  @RouteConfig({ refusedAs: 'virtual-machine.stop' })
  @Answers(virtualMachine, { description: 'The VM has stopped.' })
  @Problems('VALIDATION_FAILED', 'VM_UNKNOWN', 'VM_NOT_RUNNING', 'VM_ALREADY_MOVING', 'HOST_GONE', 'ENGINE_UNAVAILABLE')
  @Problems('HYPERVISOR_FAILED', 'HYPERVISOR_SILENT', 'WITNESS_UNREACHABLE', 'RECORDS_UNAVAILABLE')
  stop(
    @Param('id', { schema: name }) id: string,
    @Body({ schema: optionalIntervention }) { reason }: { reason: string | null },
    @Actor() actor: string,
  ): Promise<VirtualMachineView> {
    return this.virtualMachines.stop(id, actor, reason);
  }
}
