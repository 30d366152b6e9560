import type { TaggedCall } from '../output-format.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { isText, textOrJson } from './plain-text.ts';
import { oneBody, parametersOf, propertiesOf, ways, type Rules } from './rules.ts';
import type { Parameter } from './ways.ts';

export function taggedCall(rules: Rules, syntax: TaggedCall, tool: ToolDefinition): string {
  const { gap, parts } = rules;
  const { builder, literal } = parts;
  const attributes = (text: string) => (syntax.attributesEnd === undefined ? '' : literal(text));
  const argument = (key: string, parameter: Parameter): string => {
    const type =
      syntax.attributesEnd === '>'
        ? ` string="${isText(parameter)}">`
        : ` type="${isText(parameter) ? 'string' : 'object'}"${syntax.attributesEnd ?? ''}`;
    const open = `${literal(syntax.parameterOpen + keyInTag(key, syntax) + syntax.keyEnd)} ${attributes(type)}`;
    const value = textOrJson(rules, parameter, `${tool.name}-${key}`, { close: syntax.valueClose, spelled: lined });
    const body = `${open} ${syntax.valueOpen === undefined ? '' : `${gap} ${literal(syntax.valueOpen)}`} ${value} ${literal(syntax.valueClose)} ${gap}`;
    return builder.add(`argument-${key}`, body);
  };
  const bodies = ways(rules, parametersOf(tool)).map((way) =>
    propertiesOf(rules, way)
      .map(({ key, parameter, isRequired }) => `${argument(key, parameter)}${isRequired ? '' : '?'}`)
      .join(' '),
  );
  const end = syntax.nameEnd === undefined ? '' : literal(syntax.nameEnd);
  return [
    literal(syntax.open + tool.name),
    end,
    attributes(syntax.attributesEnd ?? ''),
    gap,
    oneBody(rules, bodies, 'arguments'),
    literal(syntax.close),
  ].join(' ');
}

/** A line end right after the opening tag is mark-up to readers, and then so is one before the closing tag. */
function lined(text: string): string {
  return text.startsWith('\n') ? `\n${text}\n` : text;
}

/** A key as readers understand it, who take off white space and quotes around it, and know two escapes. */
function keyInTag(key: string, { keyEnd }: TaggedCall): string {
  const mustEscape = /&(?:amp|quot);/.test(key) || (keyEnd.startsWith('"') && key.includes('"'));
  const escaped = mustEscape ? key.replaceAll('&', '&amp;').replaceAll('"', '&quot;') : key;
  const isTrimmed = escaped.trim() === escaped && !/^(["']).*\1$/.test(escaped);
  return isTrimmed ? escaped : `'${escaped}'`;
}
