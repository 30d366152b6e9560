import { bert } from '../../scripts/gguf/families/bert.ts';
import { tiny } from '../../scripts/gguf/family.ts';
import { fillTensor } from '../../scripts/gguf/tensor-plan.ts';

type Vector = readonly number[];

/**
 * The tiny BERT's embedding of a text, computed from its weights as the paper says and as slowly as one likes: what
 * the engine has to agree with. https://arxiv.org/abs/1810.04805
 */
export function bertEmbedding(tokens: readonly number[]): number[] {
  const weights = new Map(bert().tensors.map((plan) => [plan.name, plan]));
  const rows = (name: string): Vector[] => {
    const plan = weights.get(name);
    if (plan === undefined) throw new Error(`The model has no ${name}.`);
    const values = [...fillTensor(plan, 'f32').data].flatMap((piece) =>
      typeof piece === 'number' ? piece : [...piece],
    );
    const [inner = 1] = plan.shape;
    return Array.from({ length: values.length / inner }, (_, row) => values.slice(row * inner, (row + 1) * inner));
  };
  const row = (name: string, at = 0): Vector => rows(name)[at] ?? [];
  const linear = (name: string) => {
    const [matrix, bias] = [rows(`${name}.weight`), row(`${name}.bias`)];
    return (x: Vector) => matrix.map((weight, at) => dot(weight, x) + (bias[at] ?? 0));
  };
  const layerNorm = (name: string) => {
    const [weight, bias] = [row(`${name}.weight`), row(`${name}.bias`)];
    return (x: Vector) => {
      const mean = sum(x) / x.length;
      const deviation = Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / x.length);
      return x.map((value, at) => ((value - mean) / deviation) * (weight[at] ?? 1) + (bias[at] ?? 0));
    };
  };

  const [texts, positions, type] = [rows('token_embd.weight'), rows('position_embd.weight'), row('token_types.weight')];
  let states = tokens
    .map((token, at) => add(add(texts[token] ?? [], positions[at] ?? []), type))
    .map(layerNorm('token_embd_norm'));
  for (let layer = 0; layer < tiny.layers; layer++) {
    const block = `blk.${layer}`;
    const [queries, keys, values] = ['attn_q', 'attn_k', 'attn_v'].map((name) =>
      states.map(linear(`${block}.${name}`)),
    );
    const attended = attention(queries ?? [], keys ?? [], values ?? []).map(linear(`${block}.attn_output`));
    const middle = states.map((x, at) => add(x, attended[at] ?? [])).map(layerNorm(`${block}.attn_output_norm`));
    const hidden = middle.map(linear(`${block}.ffn_up`)).map((x) => x.map(gelu));
    const further = hidden.map(linear(`${block}.ffn_down`));
    states = middle.map((x, at) => add(x, further[at] ?? [])).map(layerNorm(`${block}.layer_output_norm`));
  }
  const first = states[0] ?? [];
  return first.map((value) => value / Math.sqrt(dot(first, first)));
}

function attention(queries: readonly Vector[], keys: readonly Vector[], values: readonly Vector[]): Vector[] {
  const { heads, headWidth } = tiny;
  const part = (x: Vector, head: number) => x.slice(head * headWidth, (head + 1) * headWidth);
  return queries.map((query) =>
    Array.from({ length: heads }, (_, head) => {
      const scores = keys.map((key) => dot(part(query, head), part(key, head)) / Math.sqrt(headWidth));
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const weighted = values.map((value, at) =>
        part(value, head).map((each) => (each * (powers[at] ?? 0)) / sum(powers)),
      );
      return weighted.reduce<Vector>(add, []);
    }).flat(),
  );
}

/** The smooth step, as BERT's authors and ggml approximate it. */
function gelu(x: number): number {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

function add(a: Vector, b: Vector): Vector {
  return b.map((value, at) => value + (a[at] ?? 0));
}

function dot(a: Vector, b: Vector): number {
  return sum(a.map((value, at) => value * (b[at] ?? 0)));
}

function sum(values: Vector): number {
  return values.reduce((total, value) => total + value, 0);
}
