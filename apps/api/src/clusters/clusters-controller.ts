import {
  clusterList,
  createClusterBody,
  invitation,
  inviteBody,
  name,
  type Cluster,
  type Invitation,
} from '@ferry/contracts/http';
import type { NewInvitation } from '@ferry/persistence';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Problems } from '../problems/answers.ts';
import { Records } from '../records.ts';
import { Actor } from '../requests/actor.ts';
import { optionalIntervention } from '../requests/optional-intervention.ts';

type Why = { reason: string | null };

@ApiTags('clusters')
@Controller()
export class ClustersController {
  constructor(private readonly records: Records) {}

  @Get('clusters')
  @Answers(clusterList, { description: 'All clusters, their members, and who is invited.' })
  @Problems('RECORDS_UNAVAILABLE')
  async list(): Promise<{ items: Cluster[] }> {
    return { items: await this.records.clusters.list() };
  }

  @Post('clusters')
  @HttpCode(204)
  @RouteConfig({ refusedAs: 'cluster.create' })
  @Problems('VALIDATION_FAILED', 'CLUSTER_ALREADY_THERE', 'RECORDS_UNAVAILABLE')
  create(
    @Body({ schema: createClusterBody }) { name: cluster, reason }: { name: string } & Why,
    @Actor() actor: string,
  ): Promise<void> {
    return this.records.clusters.create(cluster, { actor, reason });
  }

  @Post('clusters/:cluster/remove')
  @HttpCode(204)
  @RouteConfig({ refusedAs: 'cluster.remove' })
  @Problems('VALIDATION_FAILED', 'CLUSTER_UNKNOWN', 'CLUSTER_NOT_EMPTY', 'RECORDS_UNAVAILABLE')
  remove(
    @Param('cluster', { schema: name }) cluster: string,
    @Body({ schema: optionalIntervention }) { reason }: Why,
    @Actor() actor: string,
  ): Promise<void> {
    return this.records.clusters.remove(cluster, { actor, reason });
  }

  @Post('clusters/:cluster/invitations')
  @RouteConfig({ refusedAs: 'cluster.invite' })
  @Answers(invitation, { status: 201, description: 'The host can join; an earlier invitation of it is worth nothing.' })
  @Problems('VALIDATION_FAILED', 'CLUSTER_UNKNOWN', 'HOST_ALREADY_MEMBER', 'RECORDS_UNAVAILABLE')
  invite(
    @Param('cluster', { schema: name }) cluster: string,
    @Body({ schema: inviteBody }) { reason, ...invited }: Omit<NewInvitation, 'cluster'> & Why,
    @Actor() actor: string,
  ): Promise<Invitation> {
    return this.records.clusters.invite({ cluster, ...invited }, { actor, reason });
  }

  @Post('hosts/:host/dismiss')
  @HttpCode(204)
  @RouteConfig({ refusedAs: 'cluster.dismiss' })
  @Problems('VALIDATION_FAILED', 'NOT_IN_CLUSTER', 'HOST_NOT_EMPTY', 'RECORDS_UNAVAILABLE')
  dismiss(
    @Param('host', { schema: name }) host: string,
    @Body({ schema: optionalIntervention }) { reason }: Why,
    @Actor() actor: string,
  ): Promise<void> {
    return this.records.clusters.dismiss(host, { actor, reason });
  }
}
