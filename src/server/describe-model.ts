import { createHash } from 'node:crypto';
import type { Model, ModelState } from '../api/model.ts';
import type { ModelCard } from '../catalog/card.ts';
import { standingOf } from '../catalog/standing.ts';
import { ggufSize, officialSize } from '../catalog/weights-size.ts';
import type { Models } from '../inference/models/models.ts';
import { stateReason } from './state-reason.ts';

type ServedModel = ReturnType<Models['resolve']>;

/** A model that is served, with what its card knows of it. */
export function describeServed(served: ServedModel, card?: ModelCard): Model {
  const { id, engine, created, ownedBy, isElsewhere, base } = served;
  const state = engine.state();
  const embedding = state.kind === 'ready' ? state.embedding : undefined;
  const images = engine.acceptsImages?.() ?? false;
  const isChat = embedding === undefined;
  const runsHere = state.kind === 'ready' && !isElsewhere;
  return {
    ...entry(id, created, ownedBy),
    root: base ?? card?.id ?? id,
    parent: base ?? null,
    permission: [permissionOf(id, created)],
    max_model_len: state.kind === 'ready' ? state.contextLength : null,
    manifold: {
      state: state.kind === 'ready' && !runsHere ? 'upstream' : state.kind,
      reason: stateReason(state, 'client'),
      progress: state.kind === 'loading' ? state.progress : null,
      task: state.kind !== 'ready' ? null : isChat ? 'chat' : 'embedding',
      images,
      embedding: embedding ?? null,
      capabilities: {
        ...capabilitiesOf(card),
        modalities: images ? ['text', 'image'] : ['text'],
        // Grammars hold calls and JSON in whatever runs here.
        ...(runsHere && { tools: isChat, structured_output: isChat }),
      },
      memory: memoryOf(card),
      retired: retirementOf(card),
    },
  };
}

/** A model that is known and served by nobody here. */
export function describeKnown(card: ModelCard): Model {
  return {
    ...entry(card.id, 0, card.publisher),
    root: card.id,
    permission: [],
    max_model_len: card.contextLength ?? null,
    manifold: {
      ...standingOf(card),
      progress: null,
      task: null,
      images: false,
      embedding: null,
      capabilities: capabilitiesOf(card),
      memory: memoryOf(card),
      retired: retirementOf(card),
    },
  };
}

/** Models in the order in which a client that takes the first gets one that answers: what chats now, then the rest. */
export function callableFirst(models: readonly Model[]): Model[] {
  const rank = ({ manifold: { state, task } }: Model) => (task === 'embedding' ? 3 : ranks[state]);
  return models.toSorted((a, b) => rank(a) - rank(b));
}

const ranks: Readonly<Record<ModelState, number>> = {
  ready: 0,
  upstream: 0,
  loading: 1,
  available: 2,
  failed: 4,
  downloadable: 5,
  unavailable: 6,
  retired: 7,
};

function entry(id: string, created: number, ownedBy: string) {
  return { id, object: 'model' as const, created, owned_by: ownedBy, parent: null };
}

function capabilitiesOf(card: ModelCard | undefined): Model['manifold']['capabilities'] {
  const { modalities, tools, structuredOutput, reasoning } = card ?? {};
  return {
    modalities: modalities ?? null,
    tools: tools ?? null,
    structured_output: structuredOutput ?? null,
    reasoning: reasoning === undefined ? null : reasoning !== false,
    reasoning_switch: (reasoning !== false ? reasoning?.switch : undefined) ?? null,
  };
}

function memoryOf(card: ModelCard | undefined): Model['manifold']['memory'] {
  const size = card && (card.gguf === undefined ? officialSize(card) : ggufSize(card));
  if (size === undefined) return null;
  return { weights_bytes: size.bytes, quantization: size.quantization, is_estimate: size.isEstimate };
}

function retirementOf(card: ModelCard | undefined): Model['manifold']['retired'] {
  if (card?.retired === undefined) return null;
  return { on: card.retired.on ?? null, successor: card.retired.successor ?? null };
}

/** vLLM's and NIM's entry: the model may be sampled by whoever may see it, and no more. */
function permissionOf(id: string, created: number): object {
  return {
    id: `modelperm-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`,
    object: 'model_permission',
    created,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: '*',
    group: null,
    is_blocking: false,
  };
}
