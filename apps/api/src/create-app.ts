import 'reflect-metadata';
import { API_PREFIX } from '@ferry/contracts/http';
import { FerryError } from '@ferry/domain';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { v7 as uuid } from 'uuid';
import { AppModule, type Foundations } from './app-module.ts';
import { frameworkLogger } from './logging.ts';
import { openApiDocument } from './open-api-document.ts';
import { PROBLEM_TYPE } from './problems/problem-filter.ts';
import { toProblem } from './problems/to-problem.ts';

const BODY_LIMIT = 64 * 1024;
/** Addresses longer than any of ours still get an answer that says what is wrong with them. */
const MAX_PARAM_LENGTH = 1_024;

/** The API as an application that does not listen yet. */
export async function createApp(foundations: Foundations & { log: Logger }): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    // Clients of live events would keep a stopping API waiting.
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => uuid(),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const unreadable = new FerryError('ROUTE_UNKNOWN', error.message);
      const problem = toProblem(unreadable, request.id, request.method);
      void reply.status(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
    },
  });
  const fastify = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRoute', (route) => {
    if (route.config?.bodyLimit !== undefined) route.bodyLimit = route.config.bodyLimit;
  });
  const options: Pick<NestApplicationOptions, 'bodyParser' | 'logger' | 'abortOnError'> = {
    bodyParser: false,
    logger: frameworkLogger(foundations.log),
    abortOnError: false,
  };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.on(foundations), adapter, options);
  app.setGlobalPrefix(API_PREFIX, { exclude: ['health', 'ready', 'docs/errors', 'docs/findings'] });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'openapi.json', raw: ['json'] });
  return app;
}
