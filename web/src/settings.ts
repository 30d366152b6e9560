import { element } from './element.ts';
import type { WireRequest } from './wire.ts';

export interface Settings {
  key(): string;
  systemPrompt(): string;
  /** Only what the reader filled in; the server's defaults cover the rest. */
  parameters(): Pick<WireRequest, 'temperature' | 'top_p' | 'max_tokens' | 'seed'>;
  /** Opens the panel at the key field and says why. */
  askForKey(reason: string): void;
  /** The first field whose value the browser refuses is shown and focused. */
  areValid(): boolean;
  onKeyChange(listener: () => void): void;
}

const keyName = 'manifold.key';

/** The settings panel. The key is kept for this tab only; nothing else is kept. */
export function createSettings(): Settings {
  const panel = element('settings', HTMLElement);
  const toggle = element('settings-toggle', HTMLButtonElement);
  const form = element('settings-form', HTMLFormElement);
  const key = element('key', HTMLInputElement);
  const keyNote = element('key-note', HTMLElement);
  const reveal = element('key-reveal', HTMLButtonElement);
  const systemPrompt = element('system-prompt', HTMLTextAreaElement);
  const listeners: Array<() => void> = [];
  const usualNote = keyNote.textContent;

  const show = (isOpen: boolean) => {
    panel.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
    document.body.classList.toggle('has-settings', isOpen);
  };
  const close = () => {
    show(false);
    toggle.focus();
  };

  key.value = sessionStorage.getItem(keyName) ?? '';
  toggle.addEventListener('click', () => show(toggle.getAttribute('aria-expanded') !== 'true'));
  element('settings-close', HTMLButtonElement).addEventListener('click', close);
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    // It would also stop the answer.
    event.stopPropagation();
    close();
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  key.addEventListener('change', () => {
    key.value = key.value.trim();
    if (key.value === '') sessionStorage.removeItem(keyName);
    else sessionStorage.setItem(keyName, key.value);
    keyNote.textContent = usualNote;
    keyNote.classList.remove('is-asking');
    for (const listener of listeners) listener();
  });
  reveal.addEventListener('click', () => {
    const isHidden = key.type === 'password';
    key.type = isHidden ? 'text' : 'password';
    reveal.textContent = isHidden ? 'Hide' : 'Show';
    reveal.setAttribute('aria-pressed', String(isHidden));
  });

  return {
    key: () => key.value.trim(),
    systemPrompt: () => systemPrompt.value,
    parameters: () => ({
      temperature: numberIn('temperature'),
      top_p: numberIn('top-p'),
      max_tokens: numberIn('max-tokens'),
      seed: numberIn('seed'),
    }),
    askForKey(reason) {
      show(true);
      keyNote.textContent = reason;
      keyNote.classList.add('is-asking');
      key.focus();
      key.select();
    },
    areValid() {
      if (form.checkValidity()) return true;
      show(true);
      return form.reportValidity();
    },
    onKeyChange: (listener) => listeners.push(listener),
  };
}

function numberIn(id: string): number | undefined {
  const { valueAsNumber } = element(id, HTMLInputElement);
  return Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
}
