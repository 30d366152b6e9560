import { Command } from 'commander';
import type { Model } from '../api/model.ts';
import type { ModelCard } from '../catalog/card.ts';
import { namesOf } from '../catalog/cards.ts';
import { standingOf } from '../catalog/standing.ts';
import { ggufSize, officialSize } from '../catalog/weights-size.ts';
import { loadConfig } from '../config/load-config.ts';
import { ManifoldError } from '../errors.ts';
import { missingModel } from '../inference/models/missing-model.ts';
import { showControls } from '../lib/show-controls.ts';
import { addAddressFlags, serverInUse, type AddressFlags } from './local-server.ts';
import { openCards } from './open-cards.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends AddressFlags {
  readonly config?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  manifold show meta/llama-3.3-70b-instruct
  manifold show qwen3-0.6b --json
`;

/** `manifold show`: what is known of one model, and where it stands on the server that runs. */
export function showCommand(terminal: Terminal): Command {
  return addAddressFlags(new Command('show'))
    .description('what is known of a model: its abilities, its weights, and what would make it callable')
    .argument('<model>', 'its id, hub repository, alias, or the last part of its id')
    .option('--config <file>', 'configuration file whose cards count; no server is asked then')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async (name: string, flags: Flags) => {
      const { config } = loadConfig({ file: flags.config, env: terminal.env, cwd: terminal.cwd });
      const { cards } = await openCards(config);
      const model = await askServer(name, flags, terminal);
      const card = cards.find(model?.root ?? name);
      if (model === undefined && card === undefined) throw missingModel(name, { served: [], cards });
      if (flags.json)
        return say(terminal.stdout, JSON.stringify({ model: model ?? null, card: card ?? null }, null, 2));
      for (const [label, value] of [...standing(model, card), ...(card === undefined ? [] : describe(card))])
        say(terminal.stdout, `${label.padEnd(14)} ${showControls(value)}`);
    });
}

/** What a running server says of it; undefined where none runs, or it does not know the model. */
async function askServer(name: string, flags: Flags, terminal: Terminal): Promise<Model | undefined> {
  const client = await serverInUse(flags, terminal);
  return client?.model(name).catch((failure: unknown) => {
    if (flags.url === undefined && failure instanceof ManifoldError && failure.code === 'model_not_found')
      return undefined;
    throw failure;
  });
}

type Line = readonly [label: string, value: string];

function standing(model: Model | undefined, card: ModelCard | undefined): Line[] {
  const { state, reason } = model?.manifold ?? (card === undefined ? unknown : standingOf(card));
  return [
    ['id', model?.id ?? card?.id ?? ''],
    ['state', reason === null ? state : `${state}: ${reason}`],
  ];
}

const unknown = { state: 'unknown', reason: null };

function describe(card: ModelCard): Line[] {
  const { parameters = {}, contextLength, tools, structuredOutput, reasoning, retired, hosted } = card;
  const size = card.gguf === undefined ? officialSize(card) : ggufSize(card);
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['names', namesOf(card).slice(1).join(', ') || undefined],
    ['publisher', card.publisher],
    ['family', card.architecture === undefined ? card.family : `${card.family} (${card.architecture})`],
    ['parameters', [counted(parameters.total), counted(parameters.active, ' active')].filter(Boolean).join(', ')],
    ['context', contextLength === undefined ? undefined : `${contextLength} tokens`],
    ['reads', card.modalities?.join(', ')],
    ['tools', yesOrNo(tools)],
    ['JSON', yesOrNo(structuredOutput)],
    ['reasoning', reasoning === false ? 'no' : (reasoning?.switch ?? (reasoning && 'yes'))],
    ['licence', card.license],
    ['weights', card.weights && `https://huggingface.co/${card.weights}`],
    ['GGUF', card.gguf?.map(({ repository, quantization: of }) => repository + (of ? `:${of}` : '')).join(', ')],
    ['size', size && `${(size.bytes / 1e9).toFixed(1)} GB as ${size.quantization}${size.isEstimate ? ', about' : ''}`],
    ['hosted', hosted && `${hosted.listed ? 'listed' : 'not listed'} by NVIDIA on ${hosted.seen}`],
    ['retired', retired && [retired.on, retired.successor && `now ${retired.successor}`].filter(Boolean).join(', ')],
    ['note', card.note],
  ];
  return lines.flatMap(([label, value]) => (value ? [[label, value] as const] : []));
}

function counted(count: number | undefined, what = ''): string {
  return count === undefined ? '' : `${Number((count / 1e9).toFixed(2))} billion${what}`;
}

function yesOrNo(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'yes' : 'no';
}
