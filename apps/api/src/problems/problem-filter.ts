import { Catch, ServiceUnavailableException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../logging.ts';
import { Refusals } from './refusals.ts';
import { toProblem } from './to-problem.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Every error of every request ends here, and becomes a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly refusals: Refusals,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // The answer of a health check that failed is the check's own document.
    if (error instanceof ServiceUnavailableException) {
      void reply.status(503).send(error.getResponse());
      return;
    }
    const problem = toProblem(error, request.id, `${request.method} ${request.url.split('?', 1)[0] ?? ''}`);
    if (problem.code === 'INTERNAL') this.log.error({ err: error, request: request.id }, problem.detail);
    await this.refusals.record(request, problem);
    // A stream that has begun can't be turned into a problem: it ends.
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else void reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  }
}
