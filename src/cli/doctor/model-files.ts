import type { Attention } from '../../engine-host/choose-attention.ts';
import { leastOf, possibleSizes } from '../../engine-host/choose-sizes.ts';
import { readGgufHeader } from '../../engine-host/gguf-header.ts';
import { readWholeHeader } from '../../engine-host/whole-header.ts';
import { freeMemory } from '../../lib/free-memory.ts';
import { totalNeed } from '../../api/internal/engine-host.ts';
import type { Config } from '../../config/config.ts';
import { ManifoldError } from '../../errors.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the configured model files can be read, and what they would take of the memory. */
export function checkModelFiles({ config }: Patient): Finding[] {
  // The packaged libraries, and those that are compiled here, know no GPU.
  const knowsNoGpu = config.libDir === undefined;
  return config.models.map((model) => {
    try {
      return checkModel(model, knowsNoGpu || model.gpuLayers === 0);
    } catch (failure) {
      const found = `${model.id ?? model.path}: ${failure instanceof Error ? failure.message : String(failure)}`;
      // Of a good file whose sizes cannot be, the sentence says what to set.
      const isSizes =
        failure instanceof ManifoldError && ['context_too_large', 'insufficient_memory'].includes(failure.code);
      return { check: 'model', status: 'fail', found, ...(!isSizes && { advice: 'Name a GGUF file with --model.' }) };
    }
  });
}

function checkModel(model: Config['models'][number], onProcessor: boolean): Finding {
  const { path: modelPath, adapters } = model;
  const header = readWholeHeader({ modelPath, adapters });
  for (const { path } of adapters) readGgufHeader(path);
  const available = freeMemory();
  const possible = possibleSizes(header, { ...model, onProcessor });
  const sizes = possible.find(({ need }) => totalNeed(need) <= available) ?? leastOf(possible);
  const { contextLength, cells, slots, attention, need } = sizes;
  const needed = totalNeed(need);
  const shape = `${slots} slots of ${contextLength} tokens, about ${(needed / 2 ** 30).toFixed(2)} GiB`;
  const found = `${model.id ?? model.path}: ${header.architecture}, ${shape}${told(attention)}`;
  if (needed > available) {
    return { check: 'model', status: 'fail', found, advice: 'It does not fit; lower --context or --slots.' };
  }
  if (cells >= contextLength * slots) return { check: 'model', status: 'ok', found };
  const advice = `The slots share ${cells} tokens, fewer than all of them full; long answers may start again.`;
  return { check: 'model', status: 'warn', found, advice };
}

/** The way a context attends, where it was chosen for it. */
function told({ flashAttention, reason, isChosen }: Attention): string {
  return isChosen ? `, ${flashAttention === 'off' ? 'without' : 'with'} flash attention: ${reason}` : '';
}
