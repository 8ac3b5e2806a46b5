import { liveEvent } from '@ferry/contracts/http';
import { FerryError, type MigrationId } from '@ferry/domain';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problems } from '../problems/answers.ts';
import { migrationId } from '../requests/identifiers.ts';
import { eventStream } from './event-stream.ts';
import { EventsService } from './events-service.ts';

const LAST_EVENT_ID = 'last-event-id';
const description =
  'Server-sent events, named `history` and `progress`. Only history has ids: who comes back with the last one misses none.';

@ApiTags('events')
@ApiHeader({ name: LAST_EVENT_ID, required: false, description: 'The id of the last event that was seen.' })
@Controller()
export class EventsController {
  constructor(private readonly events: EventsService) {}

  /** From now on, or from the last event seen. */
  @Get('events')
  @ApiOkResponse({ description, type: 'text/event-stream', standardSchema: liveEvent })
  @Problems('VALIDATION_FAILED')
  all(@Headers(LAST_EVENT_ID) lastId: string | undefined, @Res() reply: FastifyReply): void {
    this.#stream(null, lastEventId(lastId), reply);
  }

  /** The migration's whole history and then what comes, or all after the last event seen. */
  @Get('migrations/:id/events')
  @ApiOkResponse({ description, type: 'text/event-stream', standardSchema: liveEvent })
  @Problems('VALIDATION_FAILED', 'MIGRATION_UNKNOWN', 'RECORDS_UNAVAILABLE')
  async ofMigration(
    @Param('id', { schema: migrationId }) id: string,
    @Headers(LAST_EVENT_ID) lastId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const after = lastEventId(lastId) ?? '0';
    await this.events.check(id);
    this.#stream(id, after, reply);
  }

  #stream(migration: MigrationId | null, after: string | null, reply: FastifyReply): void {
    const stop = new AbortController();
    const stream = eventStream(this.events.follow(migration, after, stop.signal), stop);
    void reply
      .headers({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(stream);
  }
}

function lastEventId(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (/^\d{1,15}$/.test(given)) return given;
  const message = 'must be the id of an event';
  throw new FerryError('VALIDATION_FAILED', `${LAST_EVENT_ID} ${message}.`, {
    fields: [{ field: LAST_EVENT_ID, message }],
  });
}
