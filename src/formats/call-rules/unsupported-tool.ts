import type { UnsupportedSchema } from '../grammar/unsupported-schema.ts';

/** The parameters of one of the tools cannot be held to by any grammar. */
export class UnsupportedTool extends Error {
  override readonly name = 'UnsupportedTool';
  /** The tool's name. */
  readonly tool: string;

  constructor(tool: string, cause: UnsupportedSchema) {
    super(cause.message, { cause });
    this.tool = tool;
  }
}
