import { upstreamKinds } from '../src/api/internal/upstream-kinds.ts';
import { laterParameters } from '../src/api/later-parameters.ts';
import { parameterSupport } from '../src/api/parameter-support.ts';
import { supportOf } from '../src/engines/quirks/support-of.ts';
import { markdownTable } from './markdown-table.ts';

const introduction = `# Parameters by engine

What becomes of a parameter of \`POST /v1/chat/completions\` where the model runs on another server. Made from
[src/engines/quirks](../src/engines/quirks) by \`npm run generate\`; a test sends each of them through Manifold to a
server of each kind that takes no more than its documentation says. For Manifold's own engine: [parameters](parameters.md).

- **yes**: the server does it, or Manifold does.
- **emulated**: in another way, or less strictly; \`x-manifold-emulated\` names it.
- **–**: a 400 names it.

What Manifold refuses whatever the engine is left out here. Whether a model behind such a server does it too is the server's matter: what it refuses is a 400 here.
`;

const words = { honoured: 'yes', emulated: 'emulated', refused: '–' } as const;

/** The page. */
export function engineTable(): string {
  const rows = Object.keys(parameterSupport)
    .filter((name) => !Object.hasOwn(laterParameters, name))
    .toSorted()
    .map((name) => [`\`${name}\``, ...upstreamKinds.map((kind) => words[supportOf(kind, name)])]);
  const header = ['parameter', ...upstreamKinds];
  return `${introduction}\n${markdownTable(header, rows)}`;
}
