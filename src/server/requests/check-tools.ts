import type { Tool, ToolChoice } from '../../api/tool.ts';
import { invalidValue } from '../../errors.ts';
import { boundSchema } from './bound-schema.ts';

/** How many names a refusal repeats. */
const mostNamesShown = 8;

/** What a request says about tools, in the one shape engines see. */
export interface Offer {
  /** Absent or at least one. */
  readonly tools: Tool[] | undefined;
  /** Present exactly when there are tools; a client that says nothing means `auto`. */
  readonly tool_choice: ToolChoice | undefined;
}

/**
 * The tools a request offers and how it wants them used. An empty list offers none (wire rule R26). Refused are a
 * choice that needs a tool which is not offered, names that stand for two tools, and parameters that no JSON object
 * can satisfy: a call's arguments are one (R24).
 */
export function checkTools({ tools = [], tool_choice: choice }: Partial<Offer>): Offer {
  const names = new Set<string>();
  for (const [index, { function: offered }] of tools.entries()) {
    const at = `tools[${index}].function`;
    if (names.has(offered.name)) {
      throw invalidValue(`${at}.name`, `another tool is called \`${offered.name}\` too. Give each a name of its own.`);
    }
    names.add(offered.name);
    // What a strict function is called with is held against its schema.
    if (offered.strict) boundSchema(offered.parameters, `${at}.parameters`);
    if (!describesObject(offered.parameters)) {
      throw invalidValue(`${at}.parameters`, 'parameters are a JSON Schema of `type: "object"`. Wrap them in one.');
    }
  }
  if (tools.length === 0) {
    if (choice === 'required' || typeof choice === 'object') {
      throw invalidValue('tool_choice', 'no tools are offered. Add `tools`, or leave `tool_choice` out.');
    }
    return { tools: undefined, tool_choice: undefined };
  }
  if (typeof choice === 'object' && !names.has(choice.function.name)) {
    const shown = [...names].slice(0, mostNamesShown).map((name) => `\`${name}\``);
    const asked = choice.function.name.slice(0, 64);
    throw invalidValue('tool_choice.function.name', `\`${asked}\` is not in \`tools\`. Choose of ${shown.join(', ')}.`);
  }
  return { tools, tool_choice: choice ?? 'auto' };
}

/** Without a `type` a schema may still be met by an object, for example through a `$ref`. */
function describesObject(schema: Tool['function']['parameters']): boolean {
  const type = schema?.['type'];
  return type === undefined || type === 'object';
}
