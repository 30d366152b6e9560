import { z } from 'zod';

const props = z.object({
  default_generation_settings: z.object({ n_ctx: z.int().min(1) }),
  total_slots: z.int().min(1),
  modalities: z.object({ vision: z.boolean() }).optional(),
  chat_template: z.string().optional(),
  build_info: z.string().optional(),
});

/** What a llama-server says of itself and its model. */
export interface ServerFacts {
  /** Tokens of one slot. */
  readonly contextLength: number;
  readonly slots: number;
  readonly seesImages: boolean;
  readonly chatTemplate: string | undefined;
  readonly build: string;
}

/** Reads what `GET /props` answers; undefined where it is something else. */
export function readServerFacts(text: string): ServerFacts | undefined {
  const told = props.safeParse(parsed(text)).data;
  if (told === undefined) return undefined;
  return {
    contextLength: told.default_generation_settings.n_ctx,
    slots: told.total_slots,
    seesImages: told.modalities?.vision ?? false,
    chatTemplate: told.chat_template,
    build: told.build_info ?? 'unknown',
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
