import { ERRORS, type ErrorCode } from '@ferry/domain';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_TYPE } from './problems/problem-filter.ts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** What any request with a body can be refused for before a route sees it. */
const OF_BODIES = ['BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const satisfies ErrorCode[];
const PROBLEM = '#/components/schemas/Problem';

/** The OpenAPI document of the API: what its routes say of themselves, and what Nest can't be told in their decorators. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Ferry')
    .setDescription(
      'Moves running virtual machines between hosts. Errors are described at /docs/errors, findings at /docs/findings.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'What an agent shows: the credential of its host.' })
    .build();
  const document = SwaggerModule.createDocument(app, about);
  for (const [address, path] of Object.entries(document.paths))
    for (const operation of [path.get, path.put, path.post]) if (operation) complete(address, operation);
  return document;
}

function complete(address: string, operation: Operation): void {
  const { responses, requestBody } = operation;
  if (requestBody && 'content' in requestBody) {
    const [body] = Object.values(requestBody.content);
    const mayBeLeftOut = body?.schema !== undefined && 'nullable' in body.schema && body.schema.nullable;
    requestBody.required = !mayBeLeftOut;
    for (const code of OF_BODIES) responses[ERRORS[code].status] ??= problemOf(code);
  }
  if (!Object.keys(responses).some((status) => status.startsWith('2'))) responses['204'] = { description: 'Done.' };
  for (const response of Object.values(responses)) {
    if (response === undefined || !('content' in response)) continue;
    const schema = response.content['application/json']?.schema;
    if (schema !== undefined && '$ref' in schema && schema.$ref === PROBLEM) retype(response.content, PROBLEM_TYPE);
    else if (address.endsWith('/events')) retype(response.content, 'text/event-stream');
  }
}

function problemOf(code: ErrorCode): NonNullable<Operation['responses'][string]> {
  const description = `${code}: ${ERRORS[code].title}`;
  return { description, content: { [PROBLEM_TYPE]: { schema: { $ref: PROBLEM } } } };
}

function retype(content: Record<string, object>, type: string): void {
  content[type] = content['application/json'] ?? {};
  delete content['application/json'];
}
