import type { ToolDefinition } from '../tool-definition.ts';
import type { PartWriter } from './part-writer.ts';
import type { TextSource } from './text-source.ts';

/** What readers of calls share: the text, the offered tools, and the call being written. */
export class CallRecorder {
  readonly source: TextSource;
  readonly nameLimit: number;
  readonly #writer: PartWriter;
  readonly #tools: ReadonlyMap<string, ToolDefinition>;
  #count = 0;
  #open: { readonly index: number; readonly tool: ToolDefinition; hasArguments: boolean } | undefined;

  constructor(source: TextSource, writer: PartWriter, tools: readonly ToolDefinition[]) {
    this.source = source;
    this.#writer = writer;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    // Room for `functions.` before and an index behind the name.
    this.nameLimit = Math.max(0, ...tools.map(({ name }) => name.length)) + 64;
  }

  /** How many calls were begun. */
  get count(): number {
    return this.#count;
  }

  /** The tool of the call that was begun and has not ended. */
  get tool(): ToolDefinition | undefined {
    return this.#open?.tool;
  }

  /** The offered tool a written name means; prefix, index and quotes around it do not count. */
  offered(written: string, method?: string): ToolDefinition | undefined {
    const name = written.trim().replace(/^(["'])(.*)\1$/, '$2');
    const short = method && name.endsWith(method) ? name.slice(0, -method.length) : name;
    return [
      name,
      short,
      name.replace(/^functions?\./, ''),
      name.replace(/:\d+$/, ''),
      name.replace(/^functions?\./, '').replace(/:\d+$/, ''),
    ]
      .map((candidate) => this.#tools.get(candidate))
      .find((tool) => tool !== undefined);
  }

  /** Begins a call; false when no such tool was offered. */
  begin(written: string, id?: string, method?: string): boolean {
    const tool = this.offered(written, method);
    if (!tool) return false;
    this.#count++;
    this.#writer.mark();
    this.#open = { index: this.#writer.call(tool.name, id?.trim()), tool, hasArguments: false };
    return true;
  }

  readonly arguments = (text: string): void => {
    if (!this.#open || text === '') return;
    this.#open.hasArguments = true;
    this.#writer.argumentsText(this.#open.index, text);
  };

  /** The call is written completely. What follows is no longer part of it. */
  end(): void {
    if (!this.#open) return;
    if (!this.#open.hasArguments) this.arguments('{}');
    this.#writer.callEnd(this.#open.index);
    this.#open = undefined;
    this.source.keep();
  }

  abandon(): void {
    this.#open = undefined;
  }
}
