import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { openApiDocument } from '../lambdas/api/openapi/document.ts';
import { routes } from '../lambdas/api/routes.ts';

/** `npm run client`: the types of `api.ts`, from the routes. */

const FILE = join(import.meta.dirname, 'api.ts');
const HEADER = '// Written by `npm run client` from the routes: changes belong there.\n\n';

async function generate(): Promise<string> {
  // The addresses of servers are no part of the types.
  const document = openApiDocument(routes, 'https://alerts.example.net');
  const types = await openapiTypescript(JSON.stringify(document), { alphabetize: true });
  return HEADER + astToString(types);
}

const isCheck = process.argv.includes('--check');
const generated = await generate();
if (!isCheck) writeFileSync(FILE, generated);
else if (generated !== readFileSync(FILE, 'utf8')) {
  console.error('client/api.ts is not what the routes say: run `npm run client`');
  process.exit(1);
}
