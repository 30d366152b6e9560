import { isDeepStrictEqual } from 'node:util';
import type { OutputConstraint } from '../../api/internal/engine-request.ts';
import {
  nvext,
  structuredOutputFields,
  structuredOutputs,
  type StructuredOutputFields,
} from '../../api/structured-output.ts';
import { invalidValue, ManifoldError } from '../../errors.ts';
import { boundSchema } from './bound-schema.ts';
import { anyObject, outputOfFormat, outputOfParts } from './output-spellings.ts';

interface Taken<T> {
  /** The request without the fields that were taken. */
  readonly rest: Omit<T, keyof StructuredOutputFields>;
  readonly output: OutputConstraint | undefined;
  /** Fields that are honoured in another way than asked. */
  readonly emulated: readonly string[];
}

const spellings = Object.keys(structuredOutputFields) as (keyof StructuredOutputFields)[];

/**
 * What the content of an answer has to be, from all the spellings of it. A request may say it once, or the same thing
 * in several spellings (ChatNVIDIA does); a second that says something else is a 400 that names it.
 */
export function takeOutput<T extends StructuredOutputFields>(request: T): Taken<T> {
  // To leave fields out of an object of so many costs as much as to validate it, and hardly any request has them.
  if (!spellings.some((name) => request[name] !== undefined)) return { rest: request, output: undefined, emulated: [] };
  const {
    response_format: format,
    guided_json: json,
    guided_regex: regex,
    guided_choice: choice,
    guided_grammar: grammar,
    guided_decoding_backend: backend,
    structured_outputs: outputs,
    nvext: extensions,
    ...rest
  } = request;
  refuseOthers('structured_outputs', outputs, structuredOutputs.shape);
  refuseOthers('nvext', extensions, nvext.shape);
  const found = [
    ...outputOfFormat(format),
    ...outputOfParts({ json, regex, choice, grammar }, 'guided_'),
    ...outputOfParts(outputs ?? {}, 'structured_outputs.'),
    ...(outputs?.json_object === true ? [anyObject('structured_outputs.json_object')] : []),
    ...outputOfParts(
      {
        json: extensions?.guided_json,
        regex: extensions?.guided_regex,
        choice: extensions?.guided_choice,
        grammar: extensions?.guided_grammar,
      },
      'nvext.guided_',
    ),
  ];
  for (const each of found) if (each.kind === 'json') boundSchema(each.schema, each.param);
  const output = agreed(found);
  const isBackendAsked = output !== undefined && backend !== undefined && backend !== 'auto';
  return { rest, output, emulated: isBackendAsked ? ['guided_decoding_backend'] : [] };
}

/** The one constraint there is; where it is spelled several times, the strictest spelling. */
function agreed(constraints: readonly OutputConstraint[]): OutputConstraint | undefined {
  const [first] = constraints;
  const other = constraints.find((each) => !isDeepStrictEqual(meaningOf(each), meaningOf(first)));
  if (first !== undefined && other !== undefined) {
    throw invalidValue(other.param, `\`${first.param}\` already says what the content has to be. Send one of them.`);
  }
  return constraints.find((each) => each.kind === 'json' && each.isStrict) ?? first;
}

function meaningOf(constraint: OutputConstraint | undefined): object {
  return { ...constraint, param: undefined, isStrict: undefined };
}

/** Everything in these objects changes the answer, so nothing in them is dropped. `null` and `false` ask for nothing. */
function refuseOthers(at: string, given: Readonly<Record<string, unknown>> | undefined, known: object): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (Object.hasOwn(known, name) || value === undefined || value === null || value === false) continue;
    const param = `${at}.${name.slice(0, 64)}`;
    throw new ManifoldError('unsupported_parameter', `\`${param}\` is not supported. Leave it out.`, { param });
  }
}
