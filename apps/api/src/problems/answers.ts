import { problem } from '@ferry/contracts/http';
import { ERRORS, type ErrorCode } from '@ferry/domain';
import { applyDecorators, SerializeOptions } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { PROBLEM_TYPE } from './problem-filter.ts';

/** What a route answers: held to the schema, and documented by it. */
export function Answers(schema: z.ZodType, { status = 200, description = '' } = {}): MethodDecorator {
  return applyDecorators(SerializeOptions({ schema }), ApiResponse({ status, description, standardSchema: schema }));
}

/** The problems with which a route refuses, for its documentation. */
export function Problems(...codes: readonly ErrorCode[]): MethodDecorator {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code]);
  const responses = [...byStatus].map(([status, alike]) => {
    const description = alike.map((code) => `${code}: ${ERRORS[code].title}`).join('. ');
    return ApiResponse({ status, description, type: PROBLEM_TYPE, standardSchema: problem });
  });
  return applyDecorators(...responses);
}
