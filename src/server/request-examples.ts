const model = 'manifold/builtin';

/** Bodies that a server without a configuration answers, by the component of their schema: `/docs` sends them as they are. */
export const requestExamples: Readonly<Record<string, object>> = {
  ChatCompletionRequest: { model, messages: [{ role: 'user', content: 'Hello! Who are you?' }] },
  CompletionRequest: { model, prompt: 'Once upon a time', max_tokens: 16 },
  EmbeddingRequest: { model: 'the-id-of-an-embedding-model', input: 'Hello!', input_type: 'query' },
  TokenizeRequest: { model, prompt: 'Hello!' },
  DetokenizeRequest: { model, tokens: [1, 2, 3] },
};
