import { describe, expect, it } from 'vitest';
import { collectAnswer, createRandom } from '../../test/formats/collect-answer.ts';
import { offeredTools as tools } from '../../test/formats/offered-tools.ts';
import { createGenerator } from '../../test/support/gbnf-generator.ts';
import { answerGrammar } from './answer-grammar.ts';
import { everyFormat } from './recognise-format.ts';

const offered = tools.map((tool) => ({ type: 'function' as const, function: { ...tool, strict: false } }));

describe.each(everyFormat.map((format) => [format.name, format] as const))('a call in %s', (_name, format) => {
  const promptEnd = format.messages ? `${format.messages.start}assistant` : '';
  const order = { format, tools: offered, choice: 'required', parallel: false, promptEnd, output: undefined } as const;
  const generate = createGenerator(answerGrammar(order).text.replaceAll(/ +/g, ' '), createRandom(8));
  const read = (text: string, how: 'cut' | 'complete') =>
    collectAnswer(format, { tools, promptEnd, separatesReasoning: true }, [text], how);

  it('that a limit cuts, wherever, is a call as far as it came and nothing else', () => {
    for (let round = 0; round < 12; round++) {
      const text = generate();
      const whole = read(text, 'complete').calls[0]?.arguments ?? '';
      for (let length = 1; length < text.length; length++) {
        const cut = text.slice(0, length);
        const { content, calls } = read(cut, 'cut');
        const [call] = calls;
        if (call === undefined) continue;

        // What ends a message there is a control token, which is never cut.
        const isEnding = call.isEnded && format.messages !== undefined;
        expect({ cut, content: isEnding ? '' : content }).toEqual({ cut, content: '' });
        expect({ cut, isBeginning: whole.startsWith(call.arguments), arguments: call.arguments }).toMatchObject({
          isBeginning: true,
        });
      }
    }
  });
});
