import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Rendered, TokenizeCall, Tokenized } from '../api/internal/tokens.ts';
import type { Engine } from '../engines/engine.ts';
import { ManifoldError } from '../errors.ts';
import type { Asker } from './circumstances.ts';
import type { Models } from './models/models.ts';
import { showImages, type ResolveImages } from './show-images.ts';

/** What a model makes of texts, asked by the model's id. An engine that cannot tell is a 400 naming `model`. */
export interface TokenTools {
  tokenize(model: string, call: TokenizeCall, asker: Asker): Promise<Tokenized>;
  detokenize(model: string, tokens: readonly number[], asker: Asker): Promise<string>;
  render(request: EngineRequest, asker: Asker): Promise<Rendered>;
  /** Tokens that prompt and answer may have together; null while that is unknown. */
  contextLength(model: string): number | null;
}

export function createTokenTools(models: Models, resolveImages: ResolveImages): TokenTools {
  const able = <Name extends 'tokenize' | 'detokenize' | 'render'>(
    id: string,
    what: Name,
    { principal }: Asker,
  ): Required<Engine>[Name] => {
    const { engine } = models.usableBy(principal).resolve(id);
    // Called as a method: an engine may be an object with state.
    if (engine[what]) return engine[what].bind(engine) as Required<Engine>[Name];
    throw new ManifoldError('unsupported_parameter', `The engine of \`${id}\` cannot ${what}. Ask another model.`, {
      param: 'model',
    });
  };
  return {
    tokenize: async (model, call, asker) => able(model, 'tokenize', asker)(call, asker.signal, asker.trace),
    detokenize: async (model, tokens, asker) => able(model, 'detokenize', asker)(tokens, asker.signal, asker.trace),
    async render(request, asker) {
      const { signal, trace } = asker;
      const render = able(request.model, 'render', asker);
      const { engine } = models.resolve(request.model);
      return render(await showImages(request, engine, resolveImages, { signal }), signal, trace);
    },
    contextLength(model) {
      const state = models.resolve(model).engine.state();
      return state.kind === 'ready' ? state.contextLength : null;
    },
  };
}
