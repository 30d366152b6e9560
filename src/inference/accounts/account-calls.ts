import type { EmbeddingRequest } from '../../api/embeddings.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { hasImages } from '../../api/message.ts';
import { boundsOf, embeddingBounds, sumOfBounds, type BoundFacts, type TokenBounds } from './account-bounds.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import type { Chat } from '../chat.ts';
import type { Circumstances } from '../circumstances.ts';
import type { Embed } from '../embed.ts';
import { longestContext } from '../models/longest-context.ts';
import type { Models } from '../models/models.ts';
import { surplusSeen } from './surplus-seen.ts';

interface Parts {
  readonly accounts: Accounts;
  readonly models: Models;
  readonly tokensPerImage: () => number;
}

/** Where requests get their accounts, whatever they ask for. */
export interface AccountCalls {
  /** One account for requests that are one to the client. All are for the same model. */
  together<T>(
    requests: readonly EngineRequest[],
    circumstances: Circumstances,
    run: (accounted: Circumstances) => Promise<T>,
  ): Promise<T>;
  /** The same chat, each request with an account of its own. */
  chat(chat: Chat): Chat;
  embed(embed: Embed): Embed;
  /** Runs something that uses no tokens of a model's, but counts as a request. */
  count<T>(model: string, circumstances: Circumstances, run: () => Promise<T>): Promise<T>;
}

export function createAccountCalls({ accounts, models, tokensPerImage }: Parts): AccountCalls {
  /** By model: some templates write a thousand tokens of their own, which nobody knows before a prompt was counted. */
  const surpluses = new Map<string, number>();
  const factsOf = (model: string, { principal }: Circumstances) => {
    const { id, engine } = models.usableBy(principal).resolve(model);
    const facts = {
      contextLength: longestContext(engine),
      tokensPerImage: tokensPerImage(),
      templateSurplus: surpluses.get(id) ?? 0,
    } satisfies BoundFacts;
    return { id, engine, facts };
  };

  const together: AccountCalls['together'] = async (requests, circumstances, run) => {
    const { id, engine, facts } = factsOf(requests[0]?.model ?? '', circumstances);
    const exactBounds = async (): Promise<TokenBounds | undefined> => {
      if (!engine.render || requests.some(({ messages }) => messages.some(hasImages))) return undefined;
      const counts = requests.map(async (request) => engine.render?.(request, circumstances.signal));
      const rendered = await Promise.all(counts);
      return sumOfBounds(requests.map((request, at) => boundsOf(request, facts, rendered[at]?.tokens.length)));
    };
    const bounds = sumOfBounds(requests.map((request) => boundsOf(request, facts)));
    const account = await accounts.open(circumstances, { model: id, bounds, exactBounds });
    const learning: Account = {
      ...account,
      close(failure) {
        const { inputTokens } = bounds;
        const seen = surplusSeen(requests, { ...facts, inputTokens }, circumstances.measurement);
        if (seen > (surpluses.get(id) ?? 0)) surpluses.set(id, seen);
        return account.close(failure);
      },
    };
    return closing(learning, () => run({ ...circumstances, account: learning }));
  };

  return {
    together,
    chat: (chat) => (request, circumstances) =>
      together([request], circumstances, (accounted) => chat(request, accounted)),
    embed: (embed) => async (request: EmbeddingRequest, circumstances) => {
      const { id, facts } = factsOf(request.model, circumstances);
      const account = await accounts.open(circumstances, { model: id, bounds: embeddingBounds(request, facts) });
      const answer = await closing(account, () => embed(request, { ...circumstances, account }));
      await account.close();
      return answer;
    },
    async count(model, circumstances, run) {
      const usable = models.usableBy(circumstances.principal);
      const account = await accounts.open(circumstances, {
        model: usable.has(model) ? usable.resolve(model).id : undefined,
        bounds: { inputTokens: 0, outputTokens: 0 },
      });
      const result = await closing(account, () => {
        account.begin();
        return run();
      });
      await account.close();
      return result;
    },
  };
}

/** What fails closes its account. */
async function closing<T>(account: Account, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    await account.close(failure);
    throw failure;
  }
}
