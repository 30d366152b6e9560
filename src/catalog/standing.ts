import type { ModelCard } from './card.ts';
import { ggufSize, officialSize, type WeightsSize } from './weights-size.ts';

/** Where a model stands that nobody serves here, and what would make it callable, in words. */
export interface Standing {
  /** `unavailable`: it needs an engine elsewhere, and none that is configured has it. */
  readonly state: 'downloadable' | 'retired' | 'unavailable';
  readonly reason: string;
}

/** Bytes of the usual large accelerator, in which needs are told. */
const acceleratorBytes = 80e9;

/** `today`: `2026-11-28`; default: the day it is, in UTC. A day of retirement that is to come changes nothing yet. */
export function standingOf(card: ModelCard, today = new Date().toISOString().slice(0, 10)): Standing {
  const { id, gguf, weights, hosted, retired } = card;
  const [source] = gguf ?? [];
  if (source !== undefined) {
    const size = ggufSize(card);
    const what = size === undefined ? '' : `, ${sized(size)}`;
    const advice = `\`manifold pull ${id}\` gets them (${source.repository}${what}).`;
    return { state: 'downloadable', reason: `Its weights are not on this machine. ${advice}` };
  }
  const elsewhere = weights === undefined ? '' : serveElsewhere(weights, officialSize(card));
  if (retired !== undefined && isRetired(card, today)) {
    const since = retired.on === undefined ? '' : ` on ${retired.on}`;
    const why = retired.reason ?? `It was taken out of service${since}.`;
    const next = retired.successor === undefined ? '' : `Its successor is \`${retired.successor}\`.`;
    return { state: 'retired', reason: [why, next, elsewhere].filter(Boolean).join(' ') };
  }
  const steps = [elsewhere, hosted?.listed ? `NVIDIA's hosted API listed it on ${hosted.seen}: ${hostedAdvice}` : ''];
  const known = steps.filter(Boolean);
  if (known.length === 0) {
    const gone = hosted?.removed === undefined ? '' : ` NVIDIA's hosted API stopped listing it on ${hosted.removed}.`;
    known.push(`No weights of it are known.${gone} An engine under \`engines:\` that serves it makes it callable.`);
  }
  return { state: 'unavailable', reason: known.join(' ') };
}

/** Whether the model's day of retirement has come. */
function isRetired({ retired }: ModelCard, today: string): boolean {
  return retired !== undefined && (retired.on === undefined || retired.on <= today);
}

const hostedAdvice = 'an engine of kind `hosted-nim`, or NVIDIA_API_KEY in the environment, makes it callable.';

function serveElsewhere(repository: string, size: WeightsSize | undefined): string {
  const count = size === undefined ? 0 : Math.ceil((size.bytes * 1.1) / acceleratorBytes);
  const need = size === undefined ? '' : `, ${sized(size)}: ${count} × 80 GB`;
  return (
    'No GGUF files of it are known. ' +
    `A server that runs ${repository} (vLLM, SGLang${need}), under \`engines:\`, makes it callable.`
  );
}

function sized({ bytes, quantization, isEstimate }: WeightsSize): string {
  const gigabytes = bytes / 1e9;
  const number = gigabytes < 10 ? gigabytes.toFixed(1) : gigabytes.toFixed(0);
  return `${isEstimate ? 'about ' : ''}${number} GB as ${quantization}`;
}
