import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The document for people: Swagger UI and Redoc, from our own address. Nothing is loaded from elsewhere, and no script
 * or style runs that is not a file of ours.
 */

/** The files of the pages: where the packages have them. In the bundle they lie beside the code under their names here. */
export const PAGE_FILES = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.js': 'redoc/bundles/redoc.standalone.js',
} as const;

/** What we add to them. */
const OWN_FILES = {
  'page.css': 'body { margin: 0; }\n',
  'start-swagger-ui.js': `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
});
`,
} as const;
export type PageFile = keyof typeof PAGE_FILES | keyof typeof OWN_FILES;

const MEDIA_TYPES = { css: 'text/css', js: 'text/javascript' } as const;
export const FILE_MEDIA_TYPES = Object.values(MEDIA_TYPES);

export function isPageFile(name: string): name is PageFile {
  return Object.hasOwn(OWN_FILES, name) || Object.hasOwn(PAGE_FILES, name);
}

export function mediaTypeOf(file: PageFile): string {
  return MEDIA_TYPES[file.endsWith('.css') ? 'css' : 'js'];
}

/** Where the file lies in the packages: what a bundler has to copy. */
export function pageFileSource(file: keyof typeof PAGE_FILES): string {
  return fileURLToPath(import.meta.resolve(PAGE_FILES[file]));
}

/** Redoc's footer shows a logo from its maker's servers. */
const REMOTE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const NO_IMAGE = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";

/** The file's text, out of the bundle. */
export function readPageFile(file: PageFile): string {
  if (file === 'page.css' || file === 'start-swagger-ui.js') return OWN_FILES[file];
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return file === 'redoc.js' ? text.replace(REMOTE_LOGO, NO_IMAGE) : text;
}

/** Redoc's two style elements: an empty one that it fills rule by rule, and that of its scroll bars. */
const REDOC_STYLES = [
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
];

export const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${REDOC_STYLES.join(' ')}`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    // Redoc searches in a worker that it makes itself.
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function page(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/page.css">
${head}</head>
<body>
${body}
</body>
</html>
`;
}

export const SWAGGER_UI_PAGE = page(
  'Vigía · API',
  '<link rel="stylesheet" href="/docs/swagger-ui.css">\n',
  `<div id="swagger-ui"></div>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start-swagger-ui.js"></script>`,
);

export const REDOC_PAGE = page(
  'Vigía · Referencia de la API',
  '',
  `<redoc spec-url="/openapi.json"></redoc>
<script src="/docs/redoc.js"></script>`,
);
