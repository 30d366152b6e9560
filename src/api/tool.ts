import { z } from 'zod';

/** What OpenAI and NIM allow in a function's name. */
const functionName = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'A function name is 1 to 64 letters, digits, underscores, dots or dashes.');

/** Custom tools, whose calls carry plain text, are not part of NIM's contract. */
const functionType = z.literal('function', 'Only functions are supported: write `function`.');

/** A function the model may call. A missing `parameters` means that it takes none (wire rule R25). */
export const tool = z.object({
  type: functionType,
  function: z.object({
    name: functionName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});
export type Tool = z.infer<typeof tool>;

/** Whether the model may, may not or must call, or the one function it must call. */
export const toolChoice = z.union([
  z.enum(
    ['none', 'auto', 'required'],
    'Expected one of "none"|"auto"|"required", or {"type": "function", "function": {"name": "…"}}',
  ),
  z.object({ type: functionType, function: z.object({ name: z.string().min(1) }) }),
]);
export type ToolChoice = z.infer<typeof toolChoice>;

/** A call the model made. `arguments` is the text of a JSON object, `{}` when there are none (wire rule R24). */
export const toolCall = z.object({
  id: z.string().min(1),
  type: functionType,
  function: z.object({ name: z.string().min(1), arguments: z.string() }),
});
export type ToolCall = z.infer<typeof toolCall>;

/** A streamed piece of a call: id, type and name come once, in the first; later ones add to the arguments (R19). */
export const toolCallDelta = z.object({
  index: z.int(),
  id: z.string().optional(),
  type: functionType.optional(),
  function: z.object({ name: z.string().optional(), arguments: z.string().optional() }),
});
export type ToolCallDelta = z.infer<typeof toolCallDelta>;
