import { element } from './element.ts';

export interface Composer {
  /** While busy, the send button is a stop button. */
  setBusy(isBusy: boolean): void;
  put(text: string): void;
  focus(): void;
}

interface Listeners {
  readonly send: (text: string) => void;
  readonly stop: () => void;
}

/** The field for the next question: Enter sends, Shift+Enter breaks the line, Escape stops the answer. */
export function createComposer({ send, stop }: Listeners): Composer {
  const form = element('composer', HTMLFormElement);
  const field = element('question', HTMLTextAreaElement);
  const sendButton = element('send', HTMLButtonElement);
  const stopButton = element('stop', HTMLButtonElement);
  let isBusy = false;

  const refresh = () => {
    sendButton.disabled = field.value.trim() === '';
    sendButton.hidden = isBusy;
    stopButton.hidden = !isBusy;
  };
  const submit = () => {
    const text = field.value.trim();
    if (isBusy || text === '') return;
    field.value = '';
    refresh();
    send(text);
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener('input', refresh);
  field.addEventListener('keydown', (event) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isBusy && !event.isComposing) stop();
  });
  stopButton.addEventListener('click', stop);
  refresh();

  return {
    setBusy(next) {
      const hadFocus = document.activeElement === sendButton || document.activeElement === stopButton;
      isBusy = next;
      refresh();
      // The focused button has just been hidden, so the keyboard would be lost.
      if (hadFocus) (isBusy ? stopButton : field).focus();
    },
    put(text) {
      field.value = field.value === '' ? text : field.value;
      refresh();
    },
    focus: () => field.focus(),
  };
}
