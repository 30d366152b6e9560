import { create, element } from './element.ts';
import { createGrowingText, type GrowingText } from './growing-text.ts';
import { createReasoning } from './reasoning.ts';

/** One answer on the page while it grows. */
export interface AnswerView {
  append(text: string): void;
  /** Adds to what the model thinks; it is no part of the answer. */
  appendReasoning(text: string): void;
  /** Ends the growing; `note` is a quiet line below the text. */
  finish(note: string): void;
  fail(message: string, details: string): void;
  remove(): void;
}

export interface Transcript {
  ask(question: string): AnswerView;
  clear(): void;
}

/** The conversation as the reader sees it. Everything a model says becomes text nodes. */
export function createTranscript(): Transcript {
  const list = element('transcript', HTMLElement);
  const scroller = element('conversation', HTMLElement);
  const announcer = element('announcer', HTMLElement);
  const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };
  /** Who reads at the end stays there. */
  const following = (change: () => void) => {
    const follow = isAtEnd();
    change();
    if (follow) toEnd();
  };

  return {
    ask(question) {
      const asked = create('article', 'turn question', question);
      asked.setAttribute('aria-label', 'You');
      const answered = create('article', 'turn answer is-waiting');
      answered.setAttribute('aria-label', 'Answer');
      answered.setAttribute('aria-busy', 'true');
      const text = create('div', 'answer-text');
      answered.append(text);
      list.append(asked, answered);
      document.body.classList.add('has-turns');
      toEnd();

      const growing = createGrowingText(text, following);
      let reasoning: GrowingText | undefined;
      const beginReasoning = () => {
        const { block, text: thought } = createReasoning();
        following(() => text.before(block));
        return createGrowingText(thought, following);
      };
      const end = (announcement: string) => {
        answered.classList.remove('is-waiting', 'is-growing');
        answered.setAttribute('aria-busy', 'false');
        // Said once at the end: reading every token aloud would be noise.
        announcer.textContent = announcement;
        // Said, it goes: a reader walking through the page should not meet the answer twice.
        setTimeout(() => announcer.replaceChildren(), 2000);
      };
      const complete = () => {
        reasoning?.flush();
        growing.flush();
      };
      return {
        append(piece) {
          answered.classList.replace('is-waiting', 'is-growing');
          growing.append(piece);
        },
        appendReasoning(piece) {
          reasoning ??= beginReasoning();
          reasoning.append(piece);
        },
        finish(note) {
          complete();
          following(() => {
            text.normalize();
            end(text.textContent);
            answered.append(create('footer', 'answer-note', note));
          });
        },
        fail(message, details) {
          complete();
          end(`Error: ${message}`);
          const failure = create('div', 'failure');
          failure.append(create('p', 'failure-message', message));
          if (details !== '') failure.append(create('p', 'failure-details', details));
          answered.append(failure);
          if (text.textContent === '') text.remove();
          toEnd();
        },
        remove() {
          asked.remove();
          answered.remove();
          document.body.classList.toggle('has-turns', list.childElementCount > 0);
        },
      };
    },
    clear() {
      list.replaceChildren();
      announcer.textContent = '';
      document.body.classList.remove('has-turns');
    },
  };
}
