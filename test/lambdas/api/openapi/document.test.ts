import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApiDocument } from '../../../../lambdas/api/openapi/document.ts';
import { JOB_TOKEN } from '../../../../lambdas/api/route.ts';
import { routes } from '../../../../lambdas/api/routes.ts';

/** The document as a whole; that the API answers as it says is held in every integration test. */

const document = openApiDocument(routes, 'https://alerts.example.net');

/** What the linter may say, and why. */
const ALLOWED: Record<string, string> = {
  '#/paths/~1api~1signals~1{id}~1screenshot/get/responses': 'its success is a redirection to the image',
};

test('the linter has nothing to say', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'operation-singular-tag': 'error',
      'operation-tag-defined': 'error',
      'parameter-description': 'error',
      'tag-description': 'error',
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  const said = problems.map(({ ruleId, message, location }) => [location[0]?.pointer ?? '', ruleId, message] as const);
  expect(said.filter(([pointer]) => !(pointer in ALLOWED))).toEqual([]);
  expect(said.map(([pointer]) => pointer)).toEqual(expect.arrayContaining(Object.keys(ALLOWED)));
});

test('every field of every body is described', () => {
  const undescribed: string[] = [];
  const visit = (value: unknown, pointer: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const isField = pointer.endsWith('/properties');
      if (isField && !('description' in inner)) undescribed.push(`${pointer}/${name}`);
      visit(inner, `${pointer}/${name}`);
    }
  };
  visit(document, '#');
  expect(undescribed).toEqual([]);
});

const operationSchema = z.object({
  security: z.array(z.record(z.string(), z.array(z.string()))),
  responses: z.record(z.string(), z.unknown()),
});

test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('%s is in it', (_, route) => {
  const { method, path, needs, endUsers, success } = route;
  const operation = operationSchema.parse(document.paths[path]?.[method.toLowerCase()]);
  expect(operation).toMatchObject({ responses: { [success.status]: {}, 400: {}, 500: {}, 503: {} } });
  const keys = needs === JOB_TOKEN ? ['JobToken'] : needs ? ['ApiKey', 'ApiKeyBearer'] : [];
  const callers = [...keys, ...(endUsers ? ['Jwt'] : [])];
  expect(operation.security.flatMap(Object.keys)).toEqual(callers);
});
