import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { environment } from '../../core/aws/environment.ts';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import {
  FILE_MEDIA_TYPES,
  isPageFile,
  mediaTypeOf,
  PAGE_HEADERS,
  REDOC_PAGE,
  readPageFile,
  SWAGGER_UI_PAGE,
} from './documentation-pages.ts';
import { type Route, route } from './route.ts';

/** The OpenAPI document and its pages. */

/** @param routes those that the document tells of */
export function documentationRoutes(routes: () => readonly Route[]): readonly Route[] {
  const openApi = async () => {
    // Loaded only here: the other routes have no time for it at a cold start.
    const { openApiDocument } = await import('./openapi/document.ts');
    return JSON.stringify(openApiDocument(routes(), environment('ALERTS_URL')));
  };
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      needs: undefined,
      success: { status: 200, mediaTypes: ['application/json'] },
      handle: async ({ event }) => file(event, 'openapi.json', 'application/json; charset=utf-8', openApi),
    }),
    route({
      method: 'GET',
      path: '/docs',
      summary: 'This document in Swagger UI',
      needs: undefined,
      success: { status: 200, mediaTypes: ['text/html'] },
      handle: async ({ event }) => htmlPage(event, 'docs', SWAGGER_UI_PAGE),
    }),
    route({
      method: 'GET',
      path: '/redoc',
      summary: 'This document in Redoc',
      needs: undefined,
      success: { status: 200, mediaTypes: ['text/html'] },
      handle: async ({ event }) => htmlPage(event, 'redoc', REDOC_PAGE),
    }),
    route({
      method: 'GET',
      path: '/docs/{file}',
      summary: 'A script or style of these pages',
      needs: undefined,
      success: { status: 200, mediaTypes: FILE_MEDIA_TYPES },
      errors: ['not_found'],
      handle: async ({ event, path: { file: name } }) => {
        if (!isPageFile(name)) throw new ApiError('not_found');
        return file(event, name, `${mediaTypeOf(name)}; charset=utf-8`, async () => readPageFile(name));
      },
    }),
  ];
}

async function htmlPage(event: HttpEvent, name: string, html: string): Promise<HttpAnswer> {
  const answer = await file(event, name, 'text/html; charset=utf-8', async () => html);
  return { ...answer, headers: { ...answer.headers, ...PAGE_HEADERS } };
}

interface Packed {
  plain: string;
  zipped: string;
  etag: string;
}

const packedFiles = new Map<string, Packed>();

/** A text that changes only with a deployment: compressed once an instance, and not sent to who has it. */
async function file(
  event: HttpEvent,
  name: string,
  contentType: string,
  read: () => Promise<string>,
): Promise<HttpAnswer> {
  const packed = packedFiles.get(name) ?? pack(await read());
  packedFiles.set(name, packed);
  const { plain, zipped, etag } = packed;
  const headers = { etag, 'cache-control': 'public, max-age=300', vary: 'accept-encoding' };
  if (event.headers['if-none-match']?.includes(etag)) return { statusCode: 304, headers };
  const answer = { statusCode: 200, headers: { ...headers, 'content-type': contentType } };
  if (!takesGzip(event.headers['accept-encoding'])) return { ...answer, body: plain };
  return {
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: zipped,
    isBase64Encoded: true,
  };
}

/** Not at a weight of zero (RFC 9110, 12.5.3). */
function takesGzip(acceptEncoding = ''): boolean {
  return acceptEncoding.split(',').some((coding) => /^\s*gzip\s*(?:;(?!\s*q=0(?:\.0*)?\s*$)|$)/i.test(coding));
}

function pack(text: string): Packed {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  // A weak tag: it is the same for both encodings.
  return { plain: text, zipped: gzipSync(text).toString('base64'), etag: `W/"${hash}"` };
}
