import { z } from 'zod';
import { optional } from './optional-field.ts';
import { nvextReasoning } from './reasoning.ts';

/** Characters of an expression, of a grammar, of one choice. What an engine can take in may be less. */
const longest = { pattern: 8192, grammar: 256 * 1024, schemaText: 256 * 1024, choice: 8192 } as const;
const mostChoices = 2000;

const schemaObject = z.record(z.string(), z.unknown());
const schemaOrText = z
  .union([schemaObject, z.string().min(1).max(longest.schemaText)])
  .meta({ description: 'A JSON Schema that the content has to satisfy: an object, or its JSON text. Strict.' });
const pattern = z.string().min(1).max(longest.pattern).meta({
  description: 'A regular expression (ECMA-262, without lookaround and references back) for the whole content.',
});
const choices = z
  .array(z.string().min(1).max(longest.choice))
  .min(1, 'Give at least one choice.')
  .max(mostChoices)
  .meta({ description: 'The content is one of these texts.' });
const grammar = z
  .string()
  .min(1)
  .max(longest.grammar)
  .meta({ description: 'A grammar in GBNF that the content has to follow.' });

const guided = {
  guided_json: optional(schemaOrText),
  guided_regex: optional(pattern),
  guided_choice: optional(choices),
  guided_grammar: optional(grammar),
};

const formatType = z.enum(['text', 'json_object', 'json_schema'], {
  error: ({ input }) => (input === 'structural_tag' ? 'Structural tags are not supported. Use `tools`.' : undefined),
});

/** What the type `json_schema` needs. The name and the description have no effect. */
const namedSchema = z.object({
  name: optional(z.string()),
  description: optional(z.string()),
  schema: optional(schemaObject).meta({ description: 'Left out: any JSON object.' }),
  strict: optional(z.boolean()).meta({
    default: false,
    description:
      'Strict: a schema that cannot be held to in full is a 400. Otherwise what is not is named in `x-manifold-emulated`.',
  }),
});

const responseFormat = z
  .object({
    type: formatType,
    json_schema: optional(namedSchema).meta({ description: 'Needed by the type `json_schema`.' }),
    /** Beside `json_object`, as instructor and others write it (wire rule R76). */
    schema: optional(schemaObject).meta({ description: 'A schema beside the type `json_object`. Not strict.' }),
  })
  .meta({ description: 'What the content has to be: any text, a JSON object, or JSON that satisfies a schema.' });

/** vLLM's form. Its members exclude each other; what is unknown in it is refused. */
export const structuredOutputs = z
  .looseObject({
    json: guided.guided_json,
    regex: guided.guided_regex,
    choice: guided.guided_choice,
    grammar: guided.guided_grammar,
    json_object: optional(z.boolean()).meta({ description: 'The content is a JSON object.' }),
    disable_fallback: optional(z.boolean()).meta({ description: 'Always so: nothing else is tried.' }),
  })
  .meta({ description: "vLLM's form of the `guided_` fields: one of `json`, `regex`, `choice`, `grammar`. Strict." });

/** NIM's extensions. What is unknown in them is refused, since all of them change the answer. */
export const nvext = z
  .looseObject({ ...guided, ...nvextReasoning })
  .meta({ description: "NIM's place for the `guided_` fields and `max_thinking_tokens`." });

/** Libraries that other servers choose from. Whichever is named, the constraint holds the same. */
const guidedBackends = ['auto', 'xgrammar', 'guidance', 'outlines', 'lm-format-enforcer'] as const;

/**
 * The spellings of what the content of an answer has to be: OpenAI's, NIM's, vLLM's older and its newer. A request
 * may use one of them.
 */
export const structuredOutputFields = {
  response_format: optional(responseFormat),
  ...guided,
  guided_decoding_backend: optional(z.enum(guidedBackends)).meta({
    description: 'Manifold enforces by itself: another than `auto` is named in `x-manifold-emulated`.',
  }),
  structured_outputs: optional(structuredOutputs),
  nvext: optional(nvext),
};

const fieldsObject = z.object(structuredOutputFields);
export type StructuredOutputFields = z.infer<typeof fieldsObject>;
