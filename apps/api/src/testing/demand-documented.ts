import type { OpenAPIObject } from '@nestjs/swagger';

/** Throws where a route has answered with a status, or in a media type, that its documentation does not have. */
export function demandDocumented(
  { paths }: OpenAPIObject,
  asked: string,
  { status, type }: { status: number; type: string },
): void {
  const [method = '', address = ''] = asked.split(' ');
  const [path = ''] = address.split('?');
  const route = Object.keys(paths).find((template) => pattern(template).test(path));
  const operation = paths[route ?? '']?.[method.toLowerCase() as 'get' | 'put' | 'post'];
  // Of no route: pages for people, and what is not there.
  if (operation === undefined) return;
  const response = operation.responses[status];
  if (response === undefined) throw new Error(`${asked} answered ${status}, and its documentation has no such answer`);
  const types = 'content' in response ? Object.keys(response.content ?? {}) : [];
  if (types.length > 0 && !types.some((each) => type.startsWith(each)))
    throw new Error(`${asked} answered ${status} in ${type}, and its documentation says ${types.join(', ')}`);
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
