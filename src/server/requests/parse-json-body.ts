import { ManifoldError } from '../../errors.ts';
import { scanJson, type JsonBounds } from '../../lib/json-scan.ts';
import { bodyFields } from './body-fields.ts';
import { foldSeed } from './fold-seed.ts';

/** The default drops a byte order mark, and `fatal` refuses what would silently become U+FFFD. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes to a JSON object, or a 400 that says what is wrong. Strict where leniency lets two parsers disagree:
 * invalid UTF-8 and duplicate keys are refused, nesting and size are bounded before anything is built.
 */
export function parseJsonBody(bytes: Uint8Array, bounds: JsonBounds): object {
  const text = decode(bytes);
  if (text.trim() === '') throw emptyBody();
  const fault = scanJson(text, bounds);
  switch (fault?.kind) {
    case undefined:
      break;
    case 'too_deep':
      throw new ManifoldError('invalid_json', `The request body is nested deeper than ${bounds.maxDepth} levels.`);
    case 'too_many_values':
      throw new ManifoldError('invalid_json', `The request body holds more than ${bounds.maxValues} values.`);
    case 'duplicate_key': {
      const param = fault.key.slice(0, 128);
      throw new ManifoldError('duplicate_key', `\`${param}\`: one object has this key twice. Send it once.`, { param });
    }
    default:
      fault satisfies never;
  }
  const body = bodyFields(parse(text));
  foldSeed(body, text);
  return body;
}

/** What a body that is not there is answered with. */
export function emptyBody(): ManifoldError {
  return new ManifoldError('invalid_json', 'The request body is empty. Send a JSON object.');
}

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw new ManifoldError('invalid_json', 'The request body is not valid UTF-8.', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ManifoldError('invalid_json', 'The request body is not valid JSON.', { cause });
  }
}
