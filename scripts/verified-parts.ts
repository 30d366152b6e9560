import type { ModelCard } from '../src/catalog/card.ts';
import { everyFormat } from '../src/formats/recognise-format.ts';
import { formatsOfTemplates } from '../test/formats/formats-of-templates.ts';
import { tinyFamilies } from './make-model.ts';

/** Which parts of a model the tests have run: its architecture, and how its family's template has it answer. */
export interface VerifiedParts {
  readonly architecture: boolean;
  readonly template: boolean;
}

/** Tells of cards what was verified, by what the tests are made of. */
export function createVerifier(): (card: ModelCard) => VerifiedParts {
  // test/engine/architectures.test.ts runs a model of each.
  const architectures = new Set(Object.values(tinyFamilies).map((make) => make().architecture));
  // src/formats/recognise-format.test.ts recognises these templates; the tests beside it read answers of their formats.
  const formats = new Set(Object.keys(formatsOfTemplates));
  return ({ architecture, answerFormat }) => ({
    architecture: architecture !== undefined && architectures.has(architecture),
    template: answerFormat !== undefined && formats.has(answerFormat),
  });
}

/** Whether there is a format of this name. */
export function isAnswerFormat(name: string): boolean {
  return everyFormat.some((format) => format.name === name);
}
