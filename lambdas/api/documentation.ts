import { environment } from '../../core/aws/environment.ts';
import { json } from '../../core/http/answer.ts';
import { type Route, route } from './route.ts';

/** The API's document. */

/** @param routes those that the document tells of */
export function documentationRoutes(routes: () => readonly Route[]): readonly Route[] {
  let document: unknown;
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'This document',
      needs: undefined,
      success: { status: 200, mediaTypes: ['application/json'] },
      handle: async () => {
        // Loaded only here: the other routes have no time for it at a cold start.
        const { openApiDocument } = await import('./openapi/document.ts');
        document ??= openApiDocument(routes(), environment('ALERTS_URL'));
        return json(200, document, { 'cache-control': 'max-age=300' });
      },
    }),
  ];
}
