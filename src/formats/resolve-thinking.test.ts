import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reasoningTemplates } from '../../test/formats/reasoning-templates.ts';
import { compileChatTemplate } from './chat-template.ts';
import { recogniseFormat } from './recognise-format.ts';
import { resolveThinking, withInstruction } from './resolve-thinking.ts';
import { probeThinking } from './thinking-control.ts';
import type { ThinkingRequest } from './thinking-wishes.ts';

const user = { role: 'user', content: 'Hi' };

function modelOf(source: string) {
  const template = compileChatTemplate({ source, bosText: '', eosText: '', controlTexts: [], userDefinedTexts: [] });
  const control = probeThinking(template, recogniseFormat(source), source);
  return {
    control,
    resolve: (request: ThinkingRequest) => resolveThinking(control, request),
    prompt(request: ThinkingRequest) {
      const { variables, words } = resolveThinking(control, request);
      return template
        .render(withInstruction([user], words), { variables })
        .map(({ text }) => text)
        .join('');
    },
  };
}

const models = Object.fromEntries(Object.entries(reasoningTemplates).map(([name, source]) => [name, modelOf(source)]));
type Name = keyof typeof reasoningTemplates;
const model = (name: Name) => models[name] ?? modelOf('');
const switches = {
  effort: [{ reasoning_effort: 'high' }, { reasoning_effort: 'none' }],
  enable_thinking: [
    { chat_template_kwargs: { enable_thinking: true } },
    { chat_template_kwargs: { enable_thinking: false } },
  ],
  thinking: [{ chat_template_kwargs: { thinking: true } }, { chat_template_kwargs: { thinking: false } }],
  thinking_mode: [
    { chat_template_kwargs: { thinking_mode: 'enabled' } },
    { chat_template_kwargs: { thinking_mode: 'disabled' } },
  ],
} as const;

describe('one control', () => {
  it.each<[Name, string, string]>([
    ['closesWhenOff', 'assistant\n', '<think>\n\n</think>\n\n'],
    ['opensWhenOn', '<think>\n', '<think></think>'],
    ['mode', '<think>', '</think>'],
    ['words', '<think>\n', '<think></think>'],
    ['grades', '<think>', '</think>'],
    ['gradeOff', '<think>', '<think></think>'],
    ['gradeAbove', '<think>', '</think>'],
    ['budget', '<think>', '<think></think>'],
  ])('turns %s on and off by any switch that clients know', (name, on, off) => {
    for (const [wanted, unwanted] of Object.values(switches)) {
      expect(model(name).prompt(wanted).slice(-on.length)).toBe(on);
      expect(model(name).prompt(unwanted).slice(-off.length)).toBe(off);
      expect(model(name).resolve(unwanted).emulated).toEqual([]);
    }
  });

  it('is said in words where the model was taught those', () => {
    expect(model('modelWords').prompt({ reasoning_effort: 'none' })).toContain('system\ndetailed thinking off<');
    expect(model('modelWords').prompt({ chat_template_kwargs: { thinking: true } })).toContain('detailed thinking on');
    expect(withInstruction([{ role: 'system', content: 'Be kind.' }, user], '/think')[0]?.content).toBe(
      '/think\nBe kind.',
    );
  });

  it('says nothing where nothing is asked', () => {
    for (const each of Object.values(models)) {
      expect(each.resolve({})).toMatchObject({ variables: {}, emulated: [] });
      expect(each.resolve({}).budget).toBeUndefined();
    }
  });

  it('is not said by null, nor by values that leave it to the model', () => {
    const nothing = { enable_thinking: null, thinking: null, reasoning_effort: null, thinking_budget: null };

    expect(model('closesWhenOff').resolve({ chat_template_kwargs: nothing }).variables).toEqual({});
    expect(model('mode').resolve({ chat_template_kwargs: { thinking_mode: 'adaptive' } })).toMatchObject({
      variables: { thinking_mode: 'adaptive' },
      emulated: [],
    });
  });

  it('is a budget of none where there is no switch', () => {
    expect(model('always').resolve({ reasoning_effort: 'none' })).toMatchObject({
      budget: 0,
      emulated: ['reasoning_effort'],
    });
    expect(model('spoken').resolve({ chat_template_kwargs: { thinking: false } })).toMatchObject({
      budget: 0,
      emulated: ['chat_template_kwargs.thinking'],
    });
  });
});

describe('grades', () => {
  it.each<[Name, string, Record<string, unknown>, boolean]>([
    ['spoken', 'low', { reasoning_effort: 'low' }, true],
    ['spoken', 'max', { reasoning_effort: 'high' }, false],
    ['spoken', 'minimal', { reasoning_effort: 'low' }, false],
    ['grades', 'low', { thinking: true, thinking_effort: 'low' }, true],
    ['grades', 'max', { thinking: true, thinking_effort: 'max' }, true],
    ['grades', 'medium', { thinking: true, thinking_effort: 'high' }, false],
    ['grades', 'none', { thinking: false }, true],
    ['gradeOff', 'high', { reasoning_effort: 'high' }, true],
    ['gradeOff', 'medium', { reasoning_effort: 'high' }, false],
    ['gradeOff', 'none', { reasoning_effort: 'no_think' }, true],
    ['gradeOff', 'minimal', { reasoning_effort: 'no_think' }, false],
    ['gradeAbove', 'max', { thinking: true, reasoning_effort: 'max' }, true],
    ['gradeAbove', 'low', { thinking: true }, false],
    ['opensWhenOn', 'high', { enable_thinking: true }, false],
    ['opensWhenOn', 'minimal', { enable_thinking: false }, false],
    ['always', 'high', {}, false],
  ])('of %s: %s', (name, effort, variables, isExact) => {
    const resolved = model(name).resolve({ reasoning_effort: effort as 'low' });

    expect(resolved).toMatchObject({ variables, emulated: isExact ? [] : ['reasoning_effort'] });
    expect(Object.keys(resolved.variables)).toEqual(Object.keys(variables));
  });

  it('may be asked for among the variables, by any of their names', () => {
    expect(model('grades').resolve({ chat_template_kwargs: { reasoning_effort: 'low' } })).toMatchObject({
      variables: { thinking_effort: 'low' },
    });
    expect(model('gradeOff').resolve({ chat_template_kwargs: { reasoning_effort: 'no_think' } })).toMatchObject({
      variables: { reasoning_effort: 'no_think' },
    });
  });

  it('are the least where a switch is on and little is asked', () => {
    const both = { reasoning_effort: 'minimal', chat_template_kwargs: { thinking: true } } as const;

    expect(model('grades').resolve(both).variables).toEqual({ thinking: true, thinking_effort: 'low' });
  });
});

describe('a budget', () => {
  const budget = { tokens: 64, param: 'thinking_token_budget' };

  it('is kept by the engine, and told to a template that asks for it', () => {
    expect(model('opensWhenOn').resolve({ thinking_budget: budget })).toMatchObject({ budget: 64, variables: {} });
    expect(model('budget').resolve({ thinking_budget: budget })).toMatchObject({
      budget: 64,
      variables: { thinking_budget: 64 },
    });
    expect(model('budget').prompt({ thinking_budget: budget, reasoning_effort: 'high' })).toContain('for 64 tokens');
  });

  it('may stand among the variables', () => {
    expect(model('always').resolve({ chat_template_kwargs: { thinking_budget: 9 } }).budget).toBe(9);
    expect(model('budget').resolve({ chat_template_kwargs: { thinking_budget: -1 } }).budget).toBeUndefined();
  });

  it('of none closes the block in the prompt where that can be said', () => {
    const none = { thinking_budget: { ...budget, tokens: 0 } };

    expect(model('budget').prompt(none).endsWith('<think></think>')).toBe(true);
    expect(model('none').resolve(none).budget).toBe(0);
  });
});

describe('a model that does not reason', () => {
  it.each([
    {},
    { reasoning_effort: 'none' },
    { chat_template_kwargs: { enable_thinking: false, thinking: false, thinking_mode: 'adaptive' } },
  ] as const)('has no trouble with %j', (request) => {
    expect(model('none').resolve(request)).toMatchObject({ variables: {}, emulated: [] });
  });
});

describe('a wish that cannot be met names the field', () => {
  it.each<[string, Name, ThinkingRequest, string]>([
    ['effort of a model that does not reason', 'none', { reasoning_effort: 'low' }, 'reasoning_effort'],
    ['thinking of one', 'none', { chat_template_kwargs: { thinking: true } }, 'chat_template_kwargs.thinking'],
    ['a budget of one', 'none', { thinking_budget: { tokens: 5, param: 'nvext.x' } }, 'nvext.x'],
    [
      'an effort and a switch that say otherwise',
      'opensWhenOn',
      { reasoning_effort: 'high', chat_template_kwargs: { enable_thinking: false } },
      'reasoning_effort',
    ],
    [
      'two switches that say otherwise',
      'opensWhenOn',
      { chat_template_kwargs: { enable_thinking: false, thinking: true } },
      'chat_template_kwargs.thinking',
    ],
    [
      'two efforts',
      'grades',
      { reasoning_effort: 'high', chat_template_kwargs: { thinking_effort: 'low' } },
      'reasoning_effort',
    ],
    [
      'two budgets',
      'always',
      { thinking_budget: { tokens: 5, param: 'x' }, chat_template_kwargs: { thinking_budget: 6 } },
      'x',
    ],
    ['a switch as text', 'opensWhenOn', { chat_template_kwargs: { thinking: 'yes' } }, 'chat_template_kwargs.thinking'],
    [
      'an unknown grade',
      'grades',
      { chat_template_kwargs: { thinking_effort: 'huge' } },
      'chat_template_kwargs.thinking_effort',
    ],
    [
      'a budget as text',
      'always',
      { chat_template_kwargs: { thinking_budget: '5' } },
      'chat_template_kwargs.thinking_budget',
    ],
    ['a variable nobody reads', 'none', { chat_template_kwargs: { farewell: 'x' } }, 'chat_template_kwargs.farewell'],
    ['messages', 'none', { chat_template_kwargs: { messages: [] } }, 'chat_template_kwargs.messages'],
    ['tokens', 'none', { chat_template_kwargs: { bos_token: '' } }, 'chat_template_kwargs.bos_token'],
    ['functions of Jinja', 'words', { chat_template_kwargs: { namespace: 1 } }, 'chat_template_kwargs.namespace'],
  ])('%s', (_, name, request, param) => {
    expect(() => model(name).resolve(request)).toThrow(expect.objectContaining({ code: 'invalid_value', param }));
  });

  it('and both where two contradict each other', () => {
    const request = { reasoning_effort: 'high', chat_template_kwargs: { enable_thinking: false } } as const;

    expect(() => model('opensWhenOn').resolve(request)).toThrow(
      /reasoning_effort.*chat_template_kwargs.enable_thinking/,
    );
  });

  it('and what the template reads', () => {
    expect(() => model('none').resolve({ chat_template_kwargs: { farewell: 'x' } })).toThrow(/It reads `greeting`/);
    expect(model('none').resolve({ chat_template_kwargs: { greeting: 'x' } }).variables).toEqual({ greeting: 'x' });
  });
});

const folder = new URL('../../../shared/reference/data/templates/', import.meta.url);

describe.skipIf(!existsSync(folder))('the templates of models (need ../shared/reference/data)', () => {
  const read = (name: string) => modelOf(readFileSync(new URL(`${name}.jinja`, folder), 'utf8'));

  it.each([
    ['Qwen-Qwen3-0.6B', 'assistant\n', '</think>\n\n'],
    ['Qwen3.5-4B', '<think>\n', '</think>\n\n'],
    ['NVIDIA-Nemotron-3-Nano-30B-A3B-BF16', '<think>\n', '<think></think>'],
    ['NVIDIA-Nemotron-Nano-v2', '<think>\n', '<think></think>'],
    ['GLM-4.7-Flash', '<think>', '</think>'],
    ['deepseek-ai-DeepSeek-V3.1', '<think>', '</think>'],
    ['deepseek-ai-DeepSeek-V4', '<think>', '</think>'],
    ['Kimi-K3', '<|open|>think<|sep|>', '<|open|>response<|sep|>'],
    ['MiniMax-M3', '<mm:think>', '</mm:think>'],
    ['tencent-Hy3', '<think:opensource>', '</think:opensource>'],
    ['ByteDance-Seed-OSS', 'assistant\n', '</seed:think>'],
    ['CohereForAI-c4ai-command-r7b-12-2024-tool_use', '<|CHATBOT_TOKEN|>', '<|END_THINKING|>'],
    ['upstage-Solar-Open-100B', '<|begin|>assistant', '<|think|><|end|><|begin|>assistant'],
  ])('%s reasons when it is to, and else not', (name, on, off) => {
    const real = read(name);
    for (const [wanted, unwanted] of Object.values(switches)) {
      expect(real.prompt(wanted).trimEnd().endsWith(on.trimEnd())).toBe(true);
      expect(real.prompt(unwanted).trimEnd().endsWith(off.trimEnd())).toBe(true);
    }
  });

  it.each([
    ['openai-gpt-oss-120b', 'high', 'Reasoning: high'],
    ['openai-gpt-oss-120b', 'max', 'Reasoning: high'],
    ['Kimi-K3', 'low', 'thinking_effort=low'],
    ['tencent-Hy3', 'low', 'reasoning_effort:low'],
    ['muse-glimmer', 'low', 'Reasoning strength: low.'],
    ['deepseek-ai-DeepSeek-V4', 'max', 'Reasoning Effort: Absolute maximum'],
  ] as const)('%s is told the grade %s', (name, effort, text) => {
    expect(read(name).prompt({ reasoning_effort: effort })).toContain(text);
  });

  it.each(['Qwen-Qwen2.5-7B-Instruct', 'meta-llama-Llama-3.1-8B-Instruct', 'google-gemma-2-2b-it'])(
    '%s does not reason',
    (name) => {
      expect(() => read(name).resolve({ reasoning_effort: 'high' })).toThrow(/does not reason/);
    },
  );
});
