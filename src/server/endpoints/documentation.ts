import type { Endpoint } from '../endpoint.ts';

// RapiDoc styles its parts with inline `style`; scripts stay limited to
// the one file we serve, which the web build copies from the viewer's package.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Manifold API</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script type="module" src="/assets/rapidoc.js"></script>
</head>
<body>
<rapi-doc spec-url="/openapi.json" load-fonts="false" render-style="read" theme="light" primary-color="#4d8a00"
 allow-spec-url-load="false" allow-spec-file-load="false" show-header="false" schema-style="table"></rapi-doc>
</body>
</html>
`;

/** The API document, for programs. */
export function openapi(document: () => Promise<object>): Endpoint {
  return {
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    summary: 'This API as OpenAPI 3.1',
    operation: { id: 'getOpenapi', tag: 'Documentation', response: { type: 'object' } },
    handle: () => document(),
  };
}

/** The API document, for people. */
export function docsPage(): Endpoint {
  return {
    method: 'GET',
    path: '/docs',
    access: 'public',
    summary: 'This API as a page',
    handle: async (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  };
}
