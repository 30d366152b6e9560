interface Facts {
  readonly url: string;
  readonly model: string;
  /** The plain key, if it was made just now; `hidden` when one exists; `none` when none is asked for. */
  readonly key:
    | { readonly kind: 'new'; readonly plain: string }
    | { readonly kind: 'hidden' }
    | { readonly kind: 'none' };
}

/** What a person needs once the server is up: where it is, the key, a command that works as pasted. */
export function banner({ url, model, key }: Facts): string {
  const credential = { new: key.kind === 'new' ? key.plain : '', hidden: '$MANIFOLD_API_KEY', none: undefined }[
    key.kind
  ];
  const header = credential === undefined ? '' : ` \\\n    -H "Authorization: Bearer ${credential}"`;
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello! Who are you?' }] });
  return [
    '',
    `Manifold is ready at ${url}`,
    '',
    `  chat page  ${url}/`,
    `  API docs   ${url}/docs`,
    ...keyLines(key),
    '',
    'Try it:',
    '',
    `  curl ${url}/v1/chat/completions${header} \\\n    -H "Content-Type: application/json" \\\n    -d ${shellQuote(body)}`,
    '',
    '',
  ].join('\n');
}

function keyLines(key: Facts['key']): string[] {
  switch (key.kind) {
    case 'new':
      return [`  API key    ${key.plain}`, '             (shown only now; `manifold keys reset` makes a new one)'];
    case 'hidden':
      return ['  API key    made at an earlier start; `manifold keys reset` makes a new one'];
    case 'none':
      return ['  API key    none is asked for (--no-auth)'];
    default:
      return key satisfies never;
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
