import type { OutputFormat, ReasoningSyntax } from '../output-format.ts';
import { jsonCalls } from './json-in-tags.ts';

/** `[TOOL_CALLS]` may be quoted while thinking; only after the close mark is it a call. */
const thinking: ReasoningSyntax = { open: ['[THINK]'], close: '[/THINK]', allowsCalls: false, opensAnywhere: true };

const list = jsonCalls('[TOOL_CALLS]', '', 'array', { idKey: 'id', idForm: '[a-zA-Z0-9]{9}' });

/** Mistral 7B v0.3, Mixtral, Nemo. */
export const mistralNemo: OutputFormat = { name: 'mistral-nemo', calls: [list] };

/** Mistral Small 3.2, Devstral, Magistral, Ministral 3: name and arguments behind marks, an id between them in some. */
export const mistralNamed: OutputFormat = {
  name: 'mistral-named',
  reasoning: thinking,
  calls: [
    {
      kind: 'named',
      open: '[TOOL_CALLS]',
      beforeId: '[CALL_ID]',
      idForm: '[a-zA-Z0-9]{9}',
      separator: ['[ARGS]', '{'],
      close: '',
    },
    list,
  ],
};
