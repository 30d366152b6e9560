import { writeFileSync } from 'node:fs';
import { byteCharacters } from './gguf/byte-characters.ts';
import { tokenTypes } from './gguf/token-types.ts';
import { writeGguf, type MetadataValue, type Tensor } from './gguf/write-gguf.ts';

/** What the model says, as the pieces it says it in (bytes: a piece may end inside a character). */
export interface Script {
  /** The script is told when the last message contains this word. */
  readonly word: string;
  readonly pieces: readonly (string | Uint8Array)[];
  /** What follows the last piece: the end, or the first piece again, for ever; `dice`: any piece follows any, evenly. */
  readonly ends: 'with-end-token' | 'with-second-end-token' | 'never' | 'dice';
}

const layers = 1;
const feedForward = 32;
/** Large enough that the next token is certain at every temperature. */
const headWeight = 20;

/**
 * A llama-architecture model that recites fixed scripts: attention and feed-forward are zero, each script
 * token has a dimension of its own, and the output head maps it to its successor. The chat template ends the
 * prompt with a selector token chosen by a word in the last message. Exact output, no trained weights.
 */
export function scriptedModel(scripts: readonly Script[], options: { contextLength: number }): Buffer {
  const { metadata, tensors } = scriptedContents(scripts, options);
  return writeGguf(metadata, tensors);
}

/** The same model, not yet a file. */
export function scriptedContents(
  scripts: readonly Script[],
  options: { contextLength: number },
): { readonly metadata: Record<string, MetadataValue>; readonly tensors: Tensor[] } {
  const bytes = byteCharacters();
  const tokens = [...bytes];
  const types: number[] = bytes.map(() => tokenTypes.normal);
  const add = (text: string, type: number) => {
    if (tokens.includes(text))
      throw new Error(`The piece ${JSON.stringify(text)} occurs twice; cut the script differently.`);
    types.push(type);
    return tokens.push(text) - 1;
  };
  const start = add('<|im_start|>', tokenTypes.control);
  const end = add('<|im_end|>', tokenTypes.control);
  const secondEnd = add('<|endoftext|>', tokenTypes.control);
  add('<tool_call>', tokenTypes.userDefined);

  const successors = new Map<number, readonly number[]>();
  const selectors = scripts.map(({ word, pieces, ends }) => {
    const selector = add(`<|say-${word}|>`, tokenTypes.control);
    const ids = pieces.map((piece) => {
      const text = [...Buffer.from(piece)].map((byte) => bytes[byte]).join('');
      // A piece of one byte is a token already; as a step of one script it keeps a single successor.
      const known = bytes.indexOf(text);
      return known >= 0 && !successors.has(known) ? known : add(text, tokenTypes.normal);
    });
    const last = ends === 'never' ? (ids[0] ?? end) : ends === 'with-end-token' ? end : secondEnd;
    for (const [at, id] of [selector, ...ids].entries()) successors.set(id, ends === 'dice' ? ids : [ids[at] ?? last]);
    return { word, selector: tokens[selector] ?? '' };
  });
  const metadata: Record<string, MetadataValue> = {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'Scripted' },
    'llama.context_length': { type: 'u32', value: options.contextLength },
    'llama.block_count': { type: 'u32', value: layers },
    'llama.feed_forward_length': { type: 'u32', value: feedForward },
    'llama.embedding_length': { type: 'u32', value: width(successors.size) },
    'llama.vocab_size': { type: 'u32', value: tokens.length },
    'llama.attention.head_count': { type: 'u32', value: 2 },
    'llama.attention.head_count_kv': { type: 'u32', value: 2 },
    'llama.rope.dimension_count': { type: 'u32', value: width(successors.size) / 2 },
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'qwen2' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tokens },
    'tokenizer.ggml.token_type': { type: 'i32s', value: types },
    'tokenizer.ggml.merges': { type: 'strings', value: [] },
    'tokenizer.ggml.bos_token_id': { type: 'u32', value: start },
    'tokenizer.ggml.eos_token_id': { type: 'u32', value: end },
    'tokenizer.ggml.eot_token_id': { type: 'u32', value: secondEnd },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: false },
    'tokenizer.chat_template': { type: 'string', value: chatTemplate(selectors) },
  };
  return { metadata, tensors: weights(tokens.length, successors, end) };
}

function width(dimensions: number): number {
  return Math.max(64, Math.ceil((dimensions + 1) / 64) * 64);
}

function chatTemplate(selectors: readonly { word: string; selector: string }[]): string {
  const [first] = selectors;
  const branches = selectors
    .slice(1)
    .map(({ word, selector }) => `{%- if '${word}' in last %}{% set ns.selector = '${selector}' %}{% endif -%}`)
    .join('');
  return (
    `{#- Answers may begin with reasoning between <think> and </think>. -#}` +
    `{%- for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor -%}` +
    `{%- set last = messages[-1].content %}{% set ns = namespace(selector='${first?.selector}') -%}${branches}` +
    `<|im_start|>assistant\n{{ ns.selector }}`
  );
}

/** Dimension 0 stands for every token outside the scripts; its successor is the end. */
function weights(vocabulary: number, successors: ReadonlyMap<number, readonly number[]>, end: number): Tensor[] {
  const d = width(successors.size);
  const embedding = new Float32Array(vocabulary * d);
  const head = new Float32Array(vocabulary * d);
  const dimensions = new Map([...successors.keys()].map((token, at) => [token, at + 1]));
  for (let token = 0; token < vocabulary; token++) embedding[token * d + (dimensions.get(token) ?? 0)] = 1;
  head[end * d] = headWeight;
  for (const [token, followers] of successors) {
    for (const next of followers) head[next * d + (dimensions.get(token) ?? 0)] = headWeight;
  }
  const ones = () => new Float32Array(d).fill(1);
  const zeros = (name: string, inner: number, outer: number): Tensor => ({
    name,
    shape: [inner, outer],
    data: new Float32Array(inner * outer),
  });
  const blocks = Array.from({ length: layers }, (_, block): Tensor[] => [
    { name: `blk.${block}.attn_norm.weight`, shape: [d], data: ones() },
    zeros(`blk.${block}.attn_q.weight`, d, d),
    zeros(`blk.${block}.attn_k.weight`, d, d),
    zeros(`blk.${block}.attn_v.weight`, d, d),
    zeros(`blk.${block}.attn_output.weight`, d, d),
    { name: `blk.${block}.ffn_norm.weight`, shape: [d], data: ones() },
    zeros(`blk.${block}.ffn_gate.weight`, d, feedForward),
    zeros(`blk.${block}.ffn_up.weight`, d, feedForward),
    zeros(`blk.${block}.ffn_down.weight`, feedForward, d),
  ]);
  return [
    { name: 'token_embd.weight', shape: [d, vocabulary], data: embedding },
    { name: 'output_norm.weight', shape: [d], data: ones() },
    { name: 'output.weight', shape: [d, vocabulary], data: head },
    ...blocks.flat(),
  ];
}

/** The scripts that the tests rely on; the first is told when no word matches. */
export const testScripts: readonly Script[] = [
  { word: 'hello', pieces: ['Hello', ', I am', ' a script', '.'], ends: 'with-end-token' },
  {
    word: 'emoji',
    pieces: [
      'Caf',
      Uint8Array.of(0xc3),
      Uint8Array.of(0xa9, 0x20, 0xf0, 0x9f),
      Uint8Array.of(0x8e),
      Uint8Array.of(0x89, 0x21),
    ],
    ends: 'with-second-end-token',
  },
  { word: 'count', pieces: ['one ', 'two ', 'three ', 'fo', 'ur ', 'five ', 'six '], ends: 'with-end-token' },
  { word: 'forever', pieces: ['tick ', 'tock '], ends: 'never' },
  { word: 'dice', pieces: ['red ', 'green ', 'blue ', 'white ', 'black ', 'grey '], ends: 'dice' },
  { word: 'silence', pieces: [], ends: 'with-end-token' },
  {
    word: 'cut',
    pieces: ['half a ', Uint8Array.of(0xf0, 0x9f), Uint8Array.of(0x8e, 0x8a), ' party'],
    ends: 'with-end-token',
  },
  {
    word: 'look-up',
    pieces: [
      'Let me look. ',
      '<tool',
      '_call>',
      '{"name": "get_w',
      'eather", "arguments": {"city": "Oslo", "d',
      'ays": 3}',
      '}\n</tool',
      '_call>\n',
    ],
    ends: 'with-end-token',
  },
  {
    word: 'misspell',
    pieces: ['<tool_c', 'all>', '{"name": "get_weather", "arguments": {"city": "Lon', 'don"}}</tool_c', 'all>\n'],
    ends: 'with-end-token',
  },
  {
    word: 'ponder',
    pieces: ['<th', 'ink>\nTwo ', 'and two', '</th', 'ink>\n\nIt is ', 'four.'],
    ends: 'with-end-token',
  },
  { word: 'tag', pieces: ['plain ', '<tool_', 'call> text'], ends: 'with-end-token' },
];

if (import.meta.main) {
  const [path = 'scripted.gguf'] = process.argv.slice(2);
  writeFileSync(path, scriptedModel(testScripts, { contextLength: 32_768 }));
}
