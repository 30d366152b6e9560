import { z } from 'zod';
import { engineTuning } from '../api/internal/engine-host.ts';
import { localModelLife } from './loading.ts';

/** A model that runs on this machine. */
export const localModel = z
  .strictObject({
    /** The model string clients send. Default: the file's name without `.gguf`. */
    id: z.string().min(1).optional(),
    /** Path of a GGUF file, relative to the working directory; or `hf:org/name:Q4_K_M`, which `manifold pull` brought. */
    path: z.string().min(1),
    /** What runs it: Manifold's own engine, or llama.cpp's server as a process of its own. */
    kind: z.enum(['engine-host', 'llama-server']).default('engine-host'),
    /** The GGUF file of its image encoder, with which it sees. Of `llama-server` only. */
    mmproj: z.string().min(1).optional(),
    ...engineTuning,
    ...localModelLife,
  })
  .superRefine(({ kind, mmproj, embedding, adapters }, context) => {
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (kind === 'engine-host' && mmproj !== undefined) refuse('mmproj', 'It needs `kind: llama-server`.');
    if (kind === 'llama-server' && adapters.length > 0)
      refuse('adapters', "Adapters run in Manifold's own engine; leave out `kind`.");
    if (kind === 'llama-server' && embedding !== undefined)
      refuse('embedding', "Models that make vectors run in Manifold's own engine; leave out `kind`.");
  });
