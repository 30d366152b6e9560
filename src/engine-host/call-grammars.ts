import { createHash } from 'node:crypto';
import type { Tool } from '../api/tool.ts';
import { ManifoldError } from '../errors.ts';
import { callGrammar, type CallGrammar, type CallGrammarOptions } from '../formats/call-grammar.ts';
import { GrammarBuilder } from '../formats/grammar/grammar-builder.ts';
import { addJsonSchema } from '../formats/grammar/json-schema.ts';
import { literal } from '../formats/grammar/literal.ts';
import { addTextUntil } from '../formats/grammar/text-until.ts';
import { UnsupportedSchema } from '../formats/grammar/unsupported-schema.ts';
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
  // Each tool's schema is translated under its own name, so that a fault can be told by it.
  let current = '';
  const parts = {
    builder,
    literal,
    addTextUntil: (stop: string) => addTextUntil(builder, stop),
    addJsonSchema: (schema: Readonly<Record<string, unknown>>, name: string) => {
      current = name;
      return addJsonSchema(builder, schema, name);
    },
  };
  const definitions = tools.map(({ function: { name, parameters } }) => ({
    name,
    parameters: parameters ?? undefined,
  }));
  try {
    const written = callGrammar(format, definitions, options, parts);
    const strict = tools.findIndex((tool) => tool.function.strict === true);
    const [relaxed] = written.relaxed;
    if (strict < 0 || !relaxed) return written;
    throw unsupported(strict, `${relaxed.keyword} at ${relaxed.path} cannot be enforced; leave it out, or \`strict\`.`);
  } catch (failure) {
    if (!(failure instanceof UnsupportedSchema)) throw failure;
    const at = tools.findIndex(({ function: { name } }) => current.startsWith(name));
    throw unsupported(Math.max(0, at), failure.message);
  }
}

function unsupported(tool: number, reason: string): ManifoldError {
  const param = `tools[${tool}].function.parameters`;
  return new ManifoldError('unsupported_schema', `\`${param}\`: ${reason}`, { param });
}
