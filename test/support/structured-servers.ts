import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { modelId, startServerProcess } from './server-process.ts';
import { structuredEngine } from './structured-engine.ts';
import { startTestServer } from './test-server.ts';

/** A server that answers as it is told to, and what a client needs to reach it. */
export interface StructuredServer extends AsyncDisposable {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly model: string;
  /** What the engine was asked last, where that can be seen. */
  lastRequest(): EngineRequest | undefined;
}

/** A server in this process whose engine follows a script. */
export async function startScripted(): Promise<StructuredServer> {
  const engine = structuredEngine();
  const server = await startTestServer(engine);
  return {
    baseURL: `${server.url}/v1`,
    apiKey: server.key,
    model: 'test/model',
    lastRequest: () => engine.requests.at(-1),
    async [Symbol.asyncDispose]() {
      await server.stop();
    },
  };
}

/** The real server and engine with the built-in model, which says nothing that makes sense, but in form. */
export async function startBuiltIn(): Promise<StructuredServer> {
  const server = await startServerProcess({ modelPath: builtInModel.path });
  return {
    baseURL: `${server.url}/v1`,
    apiKey: server.key,
    model: modelId,
    lastRequest: () => undefined,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Servers whose models keep to what is demanded of content and calls. */
export const servers = [
  ['a scripted engine', startScripted],
  ['the built-in model', startBuiltIn],
] as const;
