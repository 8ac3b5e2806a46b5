import { actor, ACTOR_HEADER } from '@ferry/contracts/http';
import { FerryError } from '@ferry/domain';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { documented } from './documented.ts';

/** Who asks, if the request says so properly. */
export function actorOf(request: FastifyRequest): string | null {
  const parsed = actor.safeParse(request.headers[ACTOR_HEADER] ?? 'anonymous');
  return parsed.success ? parsed.data : null;
}

const FromHeader = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const parsed = actor.safeParse(headers[ACTOR_HEADER] ?? 'anonymous');
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'is not valid';
  throw new FerryError('VALIDATION_FAILED', `${ACTOR_HEADER} ${message}.`, {
    fields: [{ field: ACTOR_HEADER, message }],
  });
});

/** Who asks. Fails with `VALIDATION_FAILED`. */
export const Actor = documented(
  FromHeader,
  ApiHeader({
    name: ACTOR_HEADER,
    required: false,
    description:
      'Who asks, as the audit history will have it: 1 to 80 of letters, digits and _ . @ + -. Else “anonymous”.',
  }),
);
