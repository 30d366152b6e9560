import { ManifoldError } from '../../errors.ts';
import type { GgufSource } from '../card.ts';
import { chooseFiles } from './choose-files.ts';
import { createCachedRepository, isCommit } from './cache/cached-repository.ts';
import { createHubPlace } from './cache/hub-place.ts';
import type { ListedFile } from './listing.ts';
import type { Origin } from './origin/origin.ts';
import { planFile, sumsOf, type PullPlan } from './plan.ts';
import { formatHubReference, type HubReference } from './reference.ts';

interface HubParts {
  readonly origin: Origin;
  readonly cacheDir: string;
}

/** A repository's files as a card knows them. */
type KnownFiles = NonNullable<GgufSource['files']>;

/** Lists a repository, chooses the files of one model and looks what of them is in the cache. */
export async function planHub(
  reference: Omit<HubReference, 'kind'>,
  { origin, cacheDir }: HubParts,
  signal: AbortSignal,
  known?: KnownFiles,
): Promise<PullPlan> {
  const { repository, revision = 'main' } = reference;
  const listing = await origin.list(repository, revision, signal, ...(known ? [known.map(asListed)] : []));
  const chosen = chooseFiles(listing.files, { ...reference, file: known?.[0]?.path ?? reference.file }, repository);
  if (known !== undefined) for (const file of chosen.files) verifyKnown(file, known, repository);
  const cached = createCachedRepository(cacheDir, repository);
  const { commit } = listing;
  const files = await Promise.all(
    chosen.files.map(({ path, bytes, digest }) => {
      const source = origin.source(repository, commit, path);
      const place = (length: number | undefined) => createHubPlace(cached, commit, { path, bytes: length, digest });
      return planFile({ name: path, bytes, digest, source, place }, signal);
    }),
  );
  const quantization = chosen.quantization;
  return {
    reference: formatHubReference({
      repository,
      file: quantization === undefined ? chosen.files[0]?.path : reference.file,
      quantization,
      revision: reference.revision,
    }),
    from: origin.name,
    quantization,
    files,
    ...sumsOf(files),
    path: files[0]?.place.path ?? '',
    finish: () => (isCommit(revision) ? Promise.resolve() : cached.point(revision, commit)),
  };
}

function asListed({ path, sha256, bytes }: KnownFiles[number]): ListedFile {
  return { path, bytes, digest: sha256 === undefined ? undefined : { algorithm: 'sha256', hex: sha256 } };
}

/** A card was made with certain files: others under their names are not what it speaks of. */
function verifyKnown({ path, digest }: ListedFile, known: KnownFiles, repository: string): void {
  const expected = known.find((file) => file.path === path)?.sha256;
  if (expected === undefined || digest?.algorithm !== 'sha256' || digest.hex === expected) return;
  throw new ManifoldError(
    'weights_invalid',
    `${path} of ${repository} is no longer the file that the model's card was made with; hf:${repository}:${path} takes it as it is.`,
  );
}
