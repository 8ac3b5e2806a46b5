import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from './testing/open-api.ts';
import { openApiDocument } from './open-api-document.ts';

describe('the API’s documentation', () => {
  let api: Awaited<ReturnType<typeof openApi>>;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.app.close());

  it.each(['/docs', '/openapi.json', '/docs/errors', '/docs/findings', '/health'])('is at %s', async (address) => {
    expect((await api.ask(address)).status).toBe(200);
  });

  it('says what a route takes: whose name, and whether the body may be left out', () => {
    const { paths } = openApiDocument(api.app);
    const cancel = paths['/api/v1/migrations/{id}/cancel']?.post;
    expect(cancel?.parameters).toContainEqual(expect.objectContaining({ name: 'ferry-actor', in: 'header' }));
    expect(cancel?.requestBody).toMatchObject({ required: false });
    const submit = paths['/api/v1/migrations']?.post;
    expect(submit?.parameters).toContainEqual(expect.objectContaining({ name: 'idempotency-key', required: false }));
    expect(submit?.requestBody).toMatchObject({ required: true });
    expect(paths['/api/v1/hosts/{id}/report']?.put?.security).toEqual([{ bearer: [] }]);
  });

  it('says in which media type a route answers, and what it answers where there is nothing to say', () => {
    const { paths } = openApiDocument(api.app);
    const typesOf = (address: string, status: number) =>
      Object.keys((paths[address]?.get?.responses[status] as { content: object }).content);
    expect(typesOf('/api/v1/events', 200)).toEqual(['text/event-stream']);
    expect(typesOf('/api/v1/migrations/{id}', 404)).toEqual(['application/problem+json']);
    expect(typesOf('/ready', 503)).toEqual(['application/json']);
    expect(Object.keys(paths['/api/v1/clusters']?.post?.responses ?? {})).toContain('204');
  });
});
