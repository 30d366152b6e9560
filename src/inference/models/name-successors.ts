import { ManifoldError } from '../../errors.ts';
import type { Chat } from '../chat.ts';
import type { Models } from './models.ts';

/** The same chat, in which an engine's `model_retired` says since when and what came after, where the card knows it. */
export function nameSuccessors(chat: Chat, models: Pick<Models, 'cardOf'>): Chat {
  return async (request, circumstances) => {
    try {
      return await chat(request, circumstances);
    } catch (failure) {
      const { retired } = models.cardOf(request.model) ?? {};
      const isBare = failure instanceof ManifoldError && failure.code === 'model_retired' && !failure.retirement;
      if (!isBare || retired === undefined) throw failure;
      const { on, successor } = retired;
      const next = successor === undefined ? '' : ` Its successor is \`${successor}\`.`;
      const options = { param: failure.param ?? 'model', retirement: { on, successor }, cause: failure };
      throw new ManifoldError('model_retired', failure.message + next, options);
    }
  };
}
