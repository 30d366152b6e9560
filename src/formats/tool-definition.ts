/** A function the model may call, as far as formats need to know it. `parameters` is a JSON Schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}
