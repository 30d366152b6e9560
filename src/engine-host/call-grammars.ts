import { createHash } from 'node:crypto';
import type { Tool } from '../api/tool.ts';
import { ManifoldError } from '../errors.ts';
import { callGrammar, type CallGrammar, type CallGrammarOptions } from '../formats/call-grammar.ts';
import { GrammarBuilder } from '../formats/grammar/grammar-builder.ts';
import { addJsonSchema } from '../formats/grammar/json-schema.ts';
import { literal } from '../formats/grammar/literal.ts';
import { addTextUntil } from '../formats/grammar/text-until.ts';
import { UnsupportedTool } from '../formats/call-rules/unsupported-tool.ts';
import type { ToolDefinition } from '../formats/tool-definition.ts';
import type { OutputFormat } from '../formats/output-format.ts';

/** Grammars kept for requests with the same tools, as those of one agent are. */
const mostKept = 64;

/** Writes the grammars of calls, and remembers the latest. */
export class CallGrammars {
  readonly #kept = new Map<string, CallGrammar>();

  /**
   * @throws ManifoldError `unsupported_schema` when nothing satisfies a tool's parameters, or a `strict` tool asks for
   * what a grammar cannot hold the model to.
   */
  of(format: OutputFormat, tools: readonly Tool[], options: CallGrammarOptions): CallGrammar {
    const digest = createHash('sha256')
      .update(JSON.stringify([format.name, tools, options]))
      .digest('base64');
    const known = this.#kept.get(digest) ?? write(format, tools, options);
    // Put back at the end: the first is then the longest unused.
    this.#kept.delete(digest);
    this.#kept.set(digest, known);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return known;
  }
}

function write(format: OutputFormat, tools: readonly Tool[], options: CallGrammarOptions): CallGrammar {
  const builder = new GrammarBuilder();
  const parts = {
    builder,
    literal,
    addTextUntil: (stop: string) => addTextUntil(builder, stop),
    addJsonSchema: (schema: unknown, name: string) => addJsonSchema(builder, schema, name),
  };
  const indexOf = (name: string) => tools.findIndex((tool) => tool.function.name === name);
  try {
    const written = callGrammar(format, toolDefinitions(tools), options, parts);
    const broken = written.relaxed.find(({ tool }) => tools[indexOf(tool)]?.function.strict === true);
    if (broken === undefined) return written;
    const { keyword, path, tool } = broken;
    throw unsupported(indexOf(tool), `${keyword} at ${path} cannot be enforced; leave it out, or \`strict\`.`);
  } catch (failure) {
    throw failure instanceof UnsupportedTool ? unsupported(indexOf(failure.tool), failure.message) : failure;
  }
}

/** Tools as formats know them. */
export function toolDefinitions(tools: readonly Tool[]): ToolDefinition[] {
  return tools.map(({ function: { name, parameters } }) => ({ name, parameters: parameters ?? undefined }));
}

function unsupported(tool: number, reason: string): ManifoldError {
  const param = `tools[${tool}].function.parameters`;
  return new ManifoldError('unsupported_schema', `\`${param}\`: ${reason}`, { param });
}
