import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyFamilies, writeFamily } from '../../scripts/make-model.ts';

const turns = (tools = '') => `${tools}{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.reasoning_content %}`;
const qwen = (opens: string, open: string, close: string, marks = '') => ({
  family: 'qwen3' as const,
  chatTemplate:
    `${marks}{{ tools | tojson if tools }}${turns()}${open}{{ m.reasoning_content }}${close}{% endif %}{{ m.content }}<|im_end|>\n{% endfor %}` +
    `{% if add_generation_prompt %}<|im_start|>assistant\n${opens}{% endif %}`,
  close,
});

/** Random models whose templates open the reasoning, in the manner of several families. */
export const reasoningModels = {
  /** Marks that are tokens, on lines of their own. */
  'think tags': qwen('<think>\n', '<think>\n', '\n</think>\n\n'),
  /** A switch, and marks without lines. */
  'think tags with a switch': {
    ...qwen('', '<think>', '</think>'),
    chatTemplate: qwen(
      '{{ "<think>" if enable_thinking | default(true) else "<think></think>" }}',
      '<think>',
      '</think>',
    ).chatTemplate,
  },
  /** Marks that are spelled in many tokens. */
  'Seed-OSS': qwen('<seed:think>', '<seed:think>', '</seed:think>\n', '{# <seed:tool_call> #}'),
  Magistral: qwen('[THINK]', '[THINK]', '[/THINK]', '{# [TOOL_CALLS] [THINK] #}'),
  /** A tokenizer that begins every text with a space. */
  SentencePiece: {
    family: 'mistral' as const,
    chatTemplate:
      '{{ tools | tojson if tools }}{% for m in messages %}[INST]{{ m.content }}[/INST]{% endfor %}{% if add_generation_prompt %}<think>{% endif %}',
    close: '\n</think>\n\n',
  },
  harmony: {
    family: 'gpt-oss' as const,
    chatTemplate:
      '{# <|channel|> commentary <|message|> #}{{ tools | tojson if tools }}{% for m in messages %}<|start|>{{ m.role }}<|message|>{{ m.content }}<|end|>{% endfor %}' +
      '{% if add_generation_prompt %}<|start|>assistant{% if not closed %}<|channel|>analysis<|message|>{% endif %}{% endif %}',
    close: '<|end|><|start|>assistant<|channel|>final<|message|>',
  },
} as const;

export type ReasoningModel = keyof typeof reasoningModels;

/** Writes their files into a directory of its own. */
export function createReasoningModels(): { write(name: ReasoningModel): string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  return {
    write(name) {
      const { family, chatTemplate } = reasoningModels[name];
      const path = join(directory, `${name.replaceAll(' ', '-')}.gguf`);
      writeFamily({ ...tinyFamilies[family](), chatTemplate }, name, path);
      return path;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
