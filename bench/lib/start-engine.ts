import type { EngineUnderTest, ServingShape } from './engine-under-test.ts';
import { builtLibraries, builtLlamaServer, startLlamaServer } from './llama-server.ts';
import { startManifold } from './manifold.ts';

const packaged = 'packaged';

/** The options of a benchmark that lets the command line choose what runs. */
export const programOptions = {
  'llama-server': { about: 'the llama-server program', default: builtLlamaServer(process.env) },
  'lib-dir': {
    about: "directory of the libllama that Manifold uses; `packaged`: the package's",
    default: builtLibraries(process.env) ?? packaged,
  },
} as const;

type Programs = Readonly<Record<keyof typeof programOptions, string>>;

/** Starts the engine that a command line names. */
export function startEngine(name: string, shape: ServingShape, programs: Programs): Promise<EngineUnderTest> {
  switch (name) {
    case 'manifold':
      return startManifold(shape, { args: programs['lib-dir'] === packaged ? [] : ['--lib-dir', programs['lib-dir']] });
    case 'llama-server':
      return startLlamaServer(programs['llama-server'], shape);
    default:
      throw new Error(`There is no engine "${name}"; there are manifold and llama-server.`);
  }
}
