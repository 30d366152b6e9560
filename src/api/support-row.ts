/** The kinds of engines there are, each a column of docs/parameters.md. */
export const engineKinds = ['embedded'] as const;
export type EngineKind = (typeof engineKinds)[number];

/**
 * What an engine makes of a parameter. `honoured`: what it says. `emulated`: in another way or less strictly, named in
 * `x-manifold-emulated`. `refused`: a 400 that names it.
 */
export type Support = 'honoured' | 'emulated' | 'refused';

export interface ParameterSupport {
  readonly support: Readonly<Record<EngineKind, Support>>;
  /** A part of a request that asks for it; the test sends it to a live server. */
  readonly example: Readonly<Record<string, unknown>>;
  /** One sentence: what it does, or why it is refused. */
  readonly note: string;
  /** Whether some models refuse or emulate it, by name, as the note says. */
  readonly isConditional?: boolean;
}

/** The parameters of a route, by name. */
export type ParameterTable = Readonly<Record<string, ParameterSupport>>;

type Example = ParameterSupport['example'];

const all = (support: Support) => ({ embedded: support });
export const honoured = (example: Example, note: string): ParameterSupport => ({
  support: all('honoured'),
  example,
  note,
});
export const emulated = (example: Example, note: string): ParameterSupport => ({
  support: all('emulated'),
  example,
  note,
});
export const refused = (example: Example, note = 'Not supported yet.'): ParameterSupport => ({
  support: all('refused'),
  example,
  note,
});
