import { FerryError } from '@ferry/domain';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { documented } from './documented.ts';

export const IDEMPOTENCY_HEADER = 'idempotency-key';

const FromHeader = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const given = headers[IDEMPOTENCY_HEADER];
  if (given === undefined) return null;
  const parsed = z.uuid().safeParse(given);
  if (parsed.success) return parsed.data.toLowerCase();
  const fields = [{ field: IDEMPOTENCY_HEADER, message: 'must be a UUID' }];
  throw new FerryError('VALIDATION_FAILED', `${IDEMPOTENCY_HEADER} must be a UUID.`, { fields });
});

/** The id that the client chose for what it asks to be made; null where it left that to us. Fails with `VALIDATION_FAILED`. */
export const IdempotencyKey = documented(
  FromHeader,
  ApiHeader({ name: IDEMPOTENCY_HEADER, required: false, description: 'A UUID; becomes the migration’s id.' }),
);
