import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

/** The platform API for a backend: every route of its document, with the types of what it takes and answers. */

export type Schemas = components['schemas'];

export interface ClientOptions {
  /** `https://….execute-api.….amazonaws.com`, or `http://127.0.0.1:3000`. */
  apiUrl: string;
  apiKey: string;
}

/** Calls answer `{data}` or `{error}`, both typed, beside the `response`; only a broken connection rejects. */
export function vigiaClient({ apiUrl, apiKey }: ClientOptions) {
  return createClient<paths>({ baseUrl: apiUrl, headers: { 'x-api-key': apiKey } });
}

export type VigiaClient = ReturnType<typeof vigiaClient>;
