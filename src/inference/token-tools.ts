import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Trace } from '../api/internal/trace.ts';
import type { Rendered, TokenizeCall, Tokenized } from '../api/internal/tokens.ts';
import type { Engine } from '../engines/engine.ts';
import { ManifoldError } from '../errors.ts';
import type { Models } from './models.ts';
import { showImages, type ResolveImages } from './show-images.ts';

/** Who waits, and what ties the request to the records of others. */
export interface Asker {
  readonly signal: AbortSignal;
  readonly trace?: Trace | undefined;
}

/** What a model makes of texts, asked by the model's id. An engine that cannot tell is a 400 naming `model`. */
export interface TokenTools {
  tokenize(model: string, call: TokenizeCall, asker: Asker): Promise<Tokenized>;
  detokenize(model: string, tokens: readonly number[], asker: Asker): Promise<string>;
  render(request: EngineRequest, asker: Asker): Promise<Rendered>;
  /** Tokens that prompt and answer may have together; null while that is unknown. */
  contextLength(model: string): number | null;
}

export function createTokenTools(models: Models, resolveImages: ResolveImages): TokenTools {
  const able = <Name extends 'tokenize' | 'detokenize' | 'render'>(id: string, what: Name): Required<Engine>[Name] => {
    const { engine } = models.resolve(id);
    // Called as a method: an engine may be an object with state.
    if (engine[what]) return engine[what].bind(engine) as Required<Engine>[Name];
    throw new ManifoldError('unsupported_parameter', `The engine of \`${id}\` cannot ${what}. Ask another model.`, {
      param: 'model',
    });
  };
  return {
    tokenize: async (model, call, { signal, trace }) => able(model, 'tokenize')(call, signal, trace),
    detokenize: async (model, tokens, { signal, trace }) => able(model, 'detokenize')(tokens, signal, trace),
    async render(request, { signal, trace }) {
      const render = able(request.model, 'render');
      const { engine } = models.resolve(request.model);
      return render(await showImages(request, engine, resolveImages, { signal }), signal, trace);
    },
    contextLength(model) {
      const state = models.resolve(model).engine.state();
      return state.kind === 'ready' ? state.contextLength : null;
    },
  };
}
