import { laterParameters, type LaterParameter } from '../../api/later-parameters.ts';
import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';

const laterPartTypes: ReadonlySet<unknown> = new Set([
  'input_image',
  'input_audio',
  'audio_url',
  'video_url',
  'video',
  'file',
]);

/** Refuses by name what a later version honours. Works on the raw body, so that the answer names the feature and not a type. */
export function refuseLaterParameters(body: Readonly<Record<string, unknown>>): void {
  refuseListed(body, laterParameters);
  if (Array.isArray(body['messages'])) body['messages'].forEach(refuseInMessage);
}

/** Refuses what a body asks for by a parameter of a table. */
export function refuseListed(
  body: Readonly<Record<string, unknown>>,
  table: Readonly<Record<string, LaterParameter>>,
): void {
  for (const name of Object.keys(body)) {
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    const value = body[name];
    if (parameter === undefined || value === undefined || value === null || !parameter.asks(value)) continue;
    throw unsupported(name, parameter.instead);
  }
}

function refuseInMessage(message: unknown, index: number): void {
  if (!isObject(message)) return;
  const at = `messages[${index}]`;
  if (isObject(message['function_call'])) throw unsupported(`${at}.function_call`, 'tool_calls');
  if (isObject(message['audio'])) throw unsupported(`${at}.audio`);
  if (!Array.isArray(message['content'])) return;
  message['content'].forEach((part: unknown, partIndex) => {
    if (!isObject(part)) return;
    const param = `${at}.content[${partIndex}]`;
    if (part['type'] === 'image_url' && message['role'] !== 'user') {
      const problem = `\`${param}\`: only messages of the user hold images. Move it into one.`;
      throw new ManifoldError('unsupported_content', problem, { param });
    }
    if (!laterPartTypes.has(part['type'])) return;
    throw new ManifoldError(
      'unsupported_content',
      `Content of type \`${String(part['type'])}\` is not supported. Send parts of type \`text\` or \`image_url\`.`,
      { param },
    );
  });
}

function unsupported(param: string, instead?: string): ManifoldError {
  const sentence = instead
    ? `\`${param}\` is deprecated and not supported. Use \`${instead}\`.`
    : `\`${param}\` is not supported yet. Leave it out.`;
  return new ManifoldError('unsupported_parameter', sentence, { param });
}
