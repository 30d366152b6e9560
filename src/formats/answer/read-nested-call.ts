import type { NestedCall } from '../output-format.ts';
import type { CallRecorder } from './call-recorder.ts';
import { itemsOf, jsonOfText, propertyOf, typesOf, type Schema } from './parameter-type.ts';
import { nameText, type Reading } from './text-source.ts';
import type { Outcome } from './transcode-value.ts';

interface Element {
  readonly tag: string;
  /** Whether it stands in a list, and is no property that happens to be named so. */
  readonly isItem: boolean;
  readonly schema: Schema | undefined;
  readonly children: { readonly element: Element; readonly json: string }[];
  text: string;
}

/** Reads a call whose arguments are nested elements, after its open mark. Each argument is handed on when it is whole. */
export function* readNestedCall(calls: CallRecorder, syntax: NestedCall): Reading<Outcome> {
  const { source } = calls;
  const name = yield* source.readUntil([syntax.nameEnd], calls.nameLimit, nameText);
  if (!name) return source.end === 'cut' ? 'cut' : 'failed';
  if (!calls.begin(name.text)) return 'failed';
  const root = calls.tool?.parameters;
  const open: Element[] = [];
  let count = 0;
  for (;;) {
    const top = open.at(-1);
    const text = yield* readText(calls, syntax.prefix);
    if (text === undefined) return source.end === 'cut' ? 'cut' : 'failed';
    if (top) top.text += text;
    else if (text.trim() !== '') return 'failed';
    if (open.length === 0 && (yield* source.accept(syntax.close.slice(syntax.prefix.length)))) break;
    const tag = yield* readTag(calls);
    if (tag === undefined) return source.end === 'cut' ? 'cut' : 'failed';
    if (!tag.startsWith('/')) {
      const isItem = tag === syntax.item && top !== undefined && !isObjectOnly(typesOf(top.schema, root));
      const schema = isItem ? itemsOf(top.schema, root) : propertyOf(top ? top.schema : root, tag, root);
      open.push({ tag, isItem, schema, children: [], text: '' });
      continue;
    }
    if (!top || top.tag !== tag.slice(1)) return 'failed';
    open.pop();
    const json = jsonOfElement(top, root);
    const parent = open.at(-1);
    if (parent) parent.children.push({ element: top, json });
    else calls.arguments(`${count++ === 0 ? '{' : ', '}${JSON.stringify(top.tag)}: ${json}`);
  }
  if (count > 0) calls.arguments('}');
  calls.end();
  do yield* source.skipSpace();
  while ((yield* source.accept(syntax.close)) || (yield* source.accept(syntax.section?.close ?? '')));
  return 'complete';
}

function isObjectOnly(types: ReadonlySet<string>): boolean {
  return types.has('object') && !types.has('array');
}

function jsonOfElement({ children, text, schema }: Element, root: Schema | undefined): string {
  const types = typesOf(schema, root);
  if (children.length > 0) {
    // Beside other elements an item is one of them.
    const isList = children.every(({ element }) => element.isItem);
    const members = children.map(({ element, json }) => (isList ? json : `${JSON.stringify(element.tag)}: ${json}`));
    return isList ? `[${members.join(', ')}]` : `{${members.join(', ')}}`;
  }
  if (text.trim() === '' && types.has('array')) return '[]';
  if (text.trim() === '' && types.has('object')) return '{}';
  return jsonOfText(text, types);
}

/** Text up to the prefix of the next tag, and over it. */
function* readText({ source }: CallRecorder, prefix: string): Reading<string | undefined> {
  const pieces: string[] = [];
  for (;;) {
    const at = source.text.indexOf(prefix, source.at);
    const until = at >= 0 ? at : Math.max(source.at, source.text.length - prefix.length + 1);
    pieces.push(source.text.slice(source.at, until));
    source.at = at >= 0 ? at + prefix.length : until;
    if (at >= 0) return pieces.join('');
    if (source.end) return undefined;
    yield;
  }
}

function* readTag({ source }: CallRecorder): Reading<string | undefined> {
  if (!(yield* source.accept('<'))) return undefined;
  const read = yield* source.readUntil(['>'], 512);
  return read?.text.trim();
}
