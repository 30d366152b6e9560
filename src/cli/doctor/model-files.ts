import { chooseCells, chooseContext } from '../../engine-host/choose-sizes.ts';
import { readGgufHeader } from '../../engine-host/gguf-header.ts';
import { availableMemory, estimateMemory, totalOf } from '../../engine-host/memory-estimate.ts';
import type { Config } from '../../config/config.ts';
import type { Finding, Patient } from './finding.ts';

const batchTokens = 512;

/** Whether the configured model files can be read, and what they would take of the memory. */
export function checkModelFiles({ config }: Patient): Finding[] {
  return config.models.map((model) => {
    try {
      return checkModel(model);
    } catch (failure) {
      const found = `${model.id ?? model.path}: ${failure instanceof Error ? failure.message : String(failure)}`;
      return { check: 'model', status: 'fail', found, advice: 'Name a GGUF file with --model.' };
    }
  });
}

function checkModel({ id, path, context, slots, cells: wanted, kvType }: Config['models'][number]): Finding {
  const header = readGgufHeader(path);
  const contextLength = chooseContext(header, context);
  const cells = chooseCells(header, { contextLength, slots, batchTokens, kvType, wanted });
  const needed = totalOf(estimateMemory(header, cells, batchTokens, kvType));
  const shape = `${slots} slots of ${contextLength} tokens`;
  const found = `${id ?? path}: ${header.architecture}, ${shape}, about ${(needed / 2 ** 30).toFixed(2)} GiB`;
  if (needed > availableMemory()) {
    return { check: 'model', status: 'fail', found, advice: 'It does not fit; lower --context or --slots.' };
  }
  if (cells >= contextLength * slots) return { check: 'model', status: 'ok', found };
  const advice = `The slots share ${cells} tokens, fewer than all of them full; long answers may start again.`;
  return { check: 'model', status: 'warn', found, advice };
}
