import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** SHA-256, in hex, of the credential that a host shows; null where it shows none. The credential itself goes no further. */
export const CredentialHash = createParamDecorator((_: unknown, context: ExecutionContext): string | null => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const [, credential] = /^Bearer ([\w.-]{1,200})$/.exec(headers.authorization ?? '') ?? [];
  return credential === undefined ? null : createHash('sha256').update(credential).digest('hex');
});
