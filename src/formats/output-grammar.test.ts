import { describe, expect, it } from 'vitest';
import { createRandom } from '../../test/formats/collect-answer.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { createGrammarSampler } from '../../test/formats/sample-grammar.ts';
import { createSimpleParts } from '../../test/formats/simple-grammar-parts.ts';
import { triggerOf } from './call-grammar.ts';
import type { OutputFormat } from './output-format.ts';
import { outputFrameOf } from './output-frame.ts';
import { outputGrammar } from './output-grammar.ts';
import { createOutputParser } from './output-parser.ts';
import { everyFormat } from './recognise-format.ts';

const formats = everyFormat.map((format) => [format.name, format] as const);
const promptOf = (format: OutputFormat) => (format.messages ? `${format.messages.start}assistant` : '');

interface Asked {
  readonly promptEnd: string;
  readonly body: string;
  readonly allowsGap?: boolean;
  readonly offersCalls?: boolean;
}

/** Texts that the grammar permits, and what the parser reads in each, whole and character by character. */
function readings(format: OutputFormat, { promptEnd, body, allowsGap = true, offersCalls = false }: Asked) {
  const parts = createSimpleParts();
  const frame = outputFrameOf(format, promptEnd);
  const content = { rule: parts.builder.add('content', body), allowsGap };
  const calls = offersCalls ? { tools, parallel: false } : undefined;
  const { root } = outputGrammar(format, content, { frame, calls }, parts);
  const sample = createGrammarSampler(parts.builder.build(root), createRandom(7));
  const trigger = triggerOf(format, frame.start, tools);
  const read = (pieces: readonly string[]) => {
    const parser = createOutputParser(format, {
      frame,
      allowsGap,
      calls: offersCalls ? { trigger, tools } : undefined,
    });
    const found = { content: '', reasoning: '', calls: 0 };
    for (const part of [...pieces.flatMap((piece) => parser.push(piece)), ...parser.end('complete')]) {
      if (part.kind === 'content' || part.kind === 'reasoning') found[part.kind] += part.text;
      if (part.kind === 'call-end') found.calls++;
    }
    return found;
  };
  return Array.from({ length: 40 }, () => {
    const text = sample();
    const whole = read([text]);
    expect(read(Array.from(text))).toEqual(whole);
    return { text, ...whole };
  });
}

describe.each(formats)('content that %s is held to', (_name, format) => {
  const promptEnd = promptOf(format);

  it('is read back exactly, whatever it looks like', () => {
    const marks = [format.reasoning?.open[0], format.reasoning?.close, format.strips?.[0], format.stops?.[0]];
    const choices = ['{"a": "<tool_call>"}', '[1,\n2]', 'to=functions.x', ...marks.map((mark) => `x ${mark ?? ''} y `)];
    const body = choices.map((choice) => JSON.stringify(choice)).join(' | ');
    for (const { text, content } of readings(format, { promptEnd, body })) {
      expect({ text, isWhole: choices.includes(content) }).toEqual({ text, isWhole: true });
    }
  });

  it('may begin with white space where that is asked for', () => {
    const contents = readings(format, { promptEnd, body: '"  a" | "\\n" | "b"', allowsGap: false });

    expect(contents.filter(({ content }) => !['  a', '\n', 'b'].includes(content))).toEqual([]);
  });

  it('comes after reasoning that the prompt opened', () => {
    const opened = format.messages ? promptEnd : `${promptEnd}${format.reasoning?.open[0] ?? ''}`;
    for (const { text, content, reasoning } of readings(format, { promptEnd: opened, body: '"{}"' })) {
      expect({ text, content }).toEqual({ text, content: '{}' });
      expect(text).toContain(reasoning);
    }
  });

  it('or calls are written', () => {
    const found = readings(format, { promptEnd, body: '"{}" | "[]"', offersCalls: true });
    const misread = found.filter(({ content, calls }) =>
      calls === 0 ? !['{}', '[]'].includes(content) : content !== '' || calls !== 1,
    );

    expect(misread).toEqual([]);
    expect(new Set(found.map(({ calls }) => calls))).toEqual(new Set([0, 1]));
  });
});
