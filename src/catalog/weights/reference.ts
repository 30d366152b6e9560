import { ManifoldError } from '../../errors.ts';

/** A repository of a hub, and which of its files. */
export interface HubReference {
  readonly kind: 'hub';
  /** `org/name`. */
  readonly repository: string;
  /** As in file names: `Q4_K_M`. Neither it nor `file`: whatever comes first in the order of preference. */
  readonly quantization?: string | undefined;
  /** A file's path in the repository; of a split file, any part. */
  readonly file?: string | undefined;
  /** Branch, tag or commit. Absent: main. */
  readonly revision?: string | undefined;
}

/** What a person may name to get weights. */
export type Reference =
  | HubReference
  | { readonly kind: 'url'; readonly url: URL }
  | { readonly kind: 'path'; readonly path: string }
  /** Any name of a card, which may hold a colon itself; a quantisation may follow after another. */
  | { readonly kind: 'card'; readonly name: string };

const hubForm = /^hf:(?:\/\/)?(?<repository>[^/:@]+\/[^/:@]+)(?::(?<which>[^@]+))?(?:@(?<revision>.+))?$/;
const cardForm = /^[\w.-]+(?:\/[\w.-]+)*(?::[\w.-]+){0,2}$/;
const hubFileForm = /^\/(?<repository>[^/]+\/[^/]+)\/(?:resolve|blob)\/(?<revision>[^/]+)\/(?<file>.+\.gguf)$/i;
const hubHosts: ReadonlySet<string> = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const repositoryName = /^[\w.-]+\/[\w.-]+$/;

/**
 * `hf:org/name[:QUANT or file.gguf][@revision]`, a URL of a GGUF file, the path of one, or a name of a card. Throws
 * `invalid_value` for anything else.
 */
export function parseReference(text: string): Reference {
  if (text.startsWith('hf:')) return parseHubReference(text);
  if (/^https?:/i.test(text)) return parseUrl(text);
  if (/^(?:\.{0,2}\/|~|[a-z]:\\)/i.test(text) || /\.gguf$/i.test(text)) return { kind: 'path', path: text };
  if (!cardForm.test(text)) throw unreadable(text);
  return { kind: 'card', name: text };
}

/** As `parseReference`, of a text that begins with `hf:`. */
export function parseHubReference(text: string): HubReference {
  const { repository, which, revision } = hubForm.exec(text)?.groups ?? {};
  if (repository === undefined || !isRepository(repository)) throw unreadable(text);
  const isFile = which !== undefined && /\.gguf$/i.test(which);
  if (which !== undefined && !(isFile ? isInside(which) : /^[\w-]+$/.test(which))) throw unreadable(text);
  if (revision !== undefined && !isRevision(revision)) throw unreadable(text);
  return {
    kind: 'hub',
    repository,
    quantization: isFile ? undefined : which,
    file: isFile ? which : undefined,
    revision,
  };
}

/** The text that `parseReference` reads as this. */
export function formatHubReference({ repository, quantization, file, revision }: Omit<HubReference, 'kind'>): string {
  const which = file ?? quantization;
  return `hf:${repository}${which === undefined ? '' : `:${which}`}${revision === undefined ? '' : `@${revision}`}`;
}

function isRepository(text: string): boolean {
  return repositoryName.test(text) && text.split('/').every((part) => !/^\.+$/.test(part) && !part.includes('--'));
}

/** Whether a name is fit to be a path below a folder of ours, whoever sent it. */
export function isInside(path: string): boolean {
  return (
    path.length <= 1024 &&
    !/[\\\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function isRevision(text: string): boolean {
  return isInside(text) && /^[\w./+-]+$/.test(text);
}

function parseUrl(text: string): Reference {
  const url = URL.parse(text);
  if (url === null) throw unreadable(text);
  const { repository, revision, file } = hubFileForm.exec(decoded(url.pathname))?.groups ?? {};
  if (hubHosts.has(url.hostname) && repository && revision && file && isRepository(repository) && isInside(file))
    return { kind: 'hub', repository, file, revision: revision === 'main' ? undefined : revision };
  if (!/\/[^/]+\.gguf$/i.test(decoded(url.pathname)) || !isInside(decoded(url.pathname).slice(1)))
    throw new ManifoldError('invalid_value', `${shown(url)} names no GGUF file; its path has to end in \`.gguf\`.`, {
      param: 'model',
    });
  return { kind: 'url', url };
}

/** A part of a URL in plain letters; one with a percent sign that begins none is plain already. Nothing is decoded twice. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A URL without what may be secret in it. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function unreadable(text: string): ManifoldError {
  return new ManifoldError(
    'invalid_value',
    `"${text.slice(0, 128)}" names no weights. Write hf:org/name, hf:org/name:Q4_K_M, the URL or path of a .gguf file, or a name of a model that \`manifold models --all\` lists.`,
    { param: 'model' },
  );
}
