import { createApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { createChat } from './chat.ts';
import { createComposer } from './composer.ts';
import { createConversation } from './conversation.ts';
import { element } from './element.ts';
import { createModelPicker } from './model-picker.ts';
import { createSettings } from './settings.ts';
import { createTranscript } from './transcript.ts';

const settings = createSettings();
const client = createApiClient(() => settings.key());
const conversation = createConversation();
const transcript = createTranscript();
const picker = createModelPicker();
const chat = createChat({ client, conversation, settings, transcript });
const notice = element('notice', HTMLElement);
let running: AbortController | undefined;

const composer = createComposer({
  send: (text) => void send(text),
  stop: () => running?.abort(),
});

async function send(text: string): Promise<void> {
  if (!settings.areValid()) return composer.put(text);
  const mine = new AbortController();
  running = mine;
  composer.setBusy(true);
  try {
    if (picker.selected() === undefined) await loadModels(mine.signal);
    const model = picker.selected();
    // Stopped by then, or left behind by a new chat, it is not asked.
    const isAsked = model !== undefined && !mine.signal.aborted;
    const isAnswered = isAsked && (await chat.ask(model, text, mine.signal));
    // A new chat may have begun meanwhile; then this answer no longer matters.
    if (!isAnswered && running === mine) composer.put(text);
    // Models come and go with what is asked of them.
    if (isAnswered) void loadModels();
  } finally {
    if (running === mine) {
      running = undefined;
      composer.setBusy(false);
    }
  }
}

async function loadModels(signal?: AbortSignal): Promise<void> {
  try {
    picker.show(await client.models(signal));
    notice.hidden = true;
  } catch (failure) {
    // Nobody waits for it any more.
    if (signal?.aborted) return;
    picker.showNone('no models yet');
    if (failure instanceof ApiError && failure.status === 401) {
      return settings.askForKey(
        settings.key() === ''
          ? 'This server needs a key. It was printed when the server first started.'
          : failure.message,
      );
    }
    notice.textContent = failure instanceof ApiError ? failure.message : 'The list of models could not be read.';
    notice.hidden = false;
  }
}

element('new-chat', HTMLButtonElement).addEventListener('click', () => {
  running?.abort();
  running = undefined;
  composer.setBusy(false);
  conversation.clear();
  transcript.clear();
  composer.focus();
});
settings.onKeyChange(() => void loadModels());
composer.focus();
void loadModels();
