import { Module, StandardSchemaSerializerInterceptor, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AgentReportsController } from './agent-reports/agent-reports-controller.ts';
import { AgentReportsService } from './agent-reports/agent-reports-service.ts';
import { ProgressBoard } from './agent-reports/progress-board.ts';
import { AuditController } from './audit/audit-controller.ts';
import { AuditService } from './audit/audit-service.ts';
import { ClustersController } from './clusters/clusters-controller.ts';
import { Engine } from './engine/engine.ts';
import { EventsController } from './events/events-controller.ts';
import { EventsService } from './events/events-service.ts';
import { HealthController } from './health/health-controller.ts';
import { HealthService } from './health/health-service.ts';
import { HostsController } from './hosts/hosts-controller.ts';
import { HostsService } from './hosts/hosts-service.ts';
import { Log } from './logging.ts';
import { MigrationsController } from './migrations/migrations-controller.ts';
import { RehearsalsController } from './migrations/rehearsals-controller.ts';
import { SteeringController } from './migrations/steering-controller.ts';
import { MigrationsService } from './migrations/migrations-service.ts';
import { SubmitService } from './migrations/submit-service.ts';
import { FindingsPageController } from './preflight/findings-page-controller.ts';
import { FleetPreflightController } from './preflight/fleet-preflight-controller.ts';
import { PreflightController } from './preflight/preflight-controller.ts';
import { PreflightService } from './preflight/preflight-service.ts';
import { ErrorsPageController } from './problems/errors-page-controller.ts';
import { ProblemFilter } from './problems/problem-filter.ts';
import { Refusals } from './problems/refusals.ts';
import { QueueController } from './queue/queue-controller.ts';
import { QueueService } from './queue/queue-service.ts';
import { Records } from './records.ts';
import { SchemaPipe } from './requests/schema-pipe.ts';
import { VirtualMachinesController } from './virtual-machines/virtual-machines-controller.ts';
import { VirtualMachinesService } from './virtual-machines/virtual-machines-service.ts';

/** What the API stands on. */
export interface Foundations {
  engine: Engine;
  records: Records;
  log: Log;
}

@Module({})
export class AppModule {
  static on({ engine, records, log }: Foundations): DynamicModule {
    return {
      module: AppModule,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [
        AgentReportsController,
        AuditController,
        ClustersController,
        ErrorsPageController,
        EventsController,
        FindingsPageController,
        FleetPreflightController,
        HealthController,
        HostsController,
        MigrationsController,
        PreflightController,
        QueueController,
        RehearsalsController,
        SteeringController,
        VirtualMachinesController,
      ],
      providers: [
        { provide: Engine, useValue: engine },
        { provide: Records, useValue: records },
        { provide: Log, useValue: log },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: StandardSchemaSerializerInterceptor },
        { provide: APP_PIPE, useClass: SchemaPipe },
        AgentReportsService,
        AuditService,
        EventsService,
        HealthService,
        HostsService,
        MigrationsService,
        PreflightService,
        ProgressBoard,
        QueueService,
        Refusals,
        SubmitService,
        VirtualMachinesService,
      ],
    };
  }
}
