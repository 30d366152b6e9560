interface Facts {
  readonly url: string;
  readonly model: string;
  /** Whether the model makes embeddings in place of answers. */
  readonly embeds: boolean;
  /**
   * The plain key, if it was made just now; `hidden` when one exists; `configured` when the configuration has them; `none`
   * when none is asked for.
   */
  readonly key:
    | { readonly kind: 'new'; readonly plain: string }
    | { readonly kind: 'hidden' }
    | { readonly kind: 'configured' }
    | { readonly kind: 'none' };
}

/** What a person needs once the server is up: where it is, the key, a command that works as pasted. */
export function banner({ url, model, embeds, key }: Facts): string {
  // The address of all interfaces is none to go to: no certificate names it, and some browsers refuse it.
  const here = url.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:)/, '//localhost');
  const credential = key.kind === 'none' ? undefined : key.kind === 'new' ? key.plain : '$MANIFOLD_API_KEY';
  const header = credential === undefined ? '' : ` \\\n    -H "Authorization: Bearer ${credential}"`;
  const [path, body] = embeds
    ? ['/v1/embeddings', { model, input: 'Hello!' }]
    : ['/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello! Who are you?' }] }];
  return [
    '',
    `Manifold is ready at ${url}`,
    '',
    `  chat page  ${here}/`,
    `  API docs   ${here}/docs`,
    ...keyLines(key),
    '',
    'Try it:',
    '',
    `  curl ${here}${path}${header} \\\n    -H "Content-Type: application/json" \\\n    -d ${shellQuote(JSON.stringify(body))}`,
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
    case 'configured':
      return ['  API key    one of the configuration (auth.keys); `manifold keys create` makes others'];
    case 'none':
      return ['  API key    none is asked for (--no-auth)'];
    default:
      return key satisfies never;
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
