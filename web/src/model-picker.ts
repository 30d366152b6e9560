import { create, element } from './element.ts';
import type { WireModel } from './wire.ts';

export interface ModelPicker {
  selected(): string | undefined;
  show(models: readonly WireModel[]): void;
  showNone(reason: string): void;
}

/** The list of the server's models. A choice survives a refresh of the list, and a time without one. */
export function createModelPicker(): ModelPicker {
  const picker = element('model', HTMLSelectElement);
  let last = '';
  const placeholder = (text: string) => {
    last = picker.value || last;
    const option = create('option', '', text);
    option.value = '';
    picker.replaceChildren(option);
    picker.disabled = true;
  };

  return {
    selected: () => (picker.value === '' ? undefined : picker.value),
    show(served) {
      const models = served.filter((model) => model.manifold?.task !== 'embedding');
      if (models.length === 0) return placeholder('no models');
      const before = picker.value || last;
      picker.replaceChildren(...models.map(toOption));
      picker.disabled = false;
      const kept = models.find(({ id }) => id === before) ?? models.find((model) => isReady(stateOf(model)));
      picker.value = (kept ?? models[0])?.id ?? '';
    },
    showNone: placeholder,
  };
}

function toOption(model: WireModel): HTMLOptionElement {
  const state = stateOf(model);
  const option = create('option', '', isReady(state) ? model.id : `${model.id} (${state})`);
  option.value = model.id;
  return option;
}

/** Here, or on a server elsewhere. */
function isReady(state: string): boolean {
  return state === 'ready' || state === 'upstream';
}

function stateOf(model: WireModel): string {
  return model.manifold?.state ?? 'ready';
}
