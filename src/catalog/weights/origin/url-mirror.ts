import { ManifoldError } from '../../../errors.ts';
import { checksumsFile, inventedCommit, parseChecksums } from './checksums.ts';
import type { ListedFile } from '../listing.ts';
import type { Origin } from './origin.ts';
import { refusalOf } from './refusal.ts';
import type { Web } from './web.ts';
import { createWebSource } from './web-source.ts';

const mostListedBytes = 1024 * 1024;

/**
 * A plain file server with a folder for each repository, `<base>/org/name/`, in which SHA256SUMS lists the files. A
 * repository of which a card knows the files needs none.
 */
export function createUrlMirror(web: Web, base: URL): Origin {
  const place = (base.origin + base.pathname).replace(/\/+$/, '');
  const asked = (path: string) => ({ place, path, hasToken: false });
  const addressOf = (repository: string, path: string) => {
    const url = new URL(`${place}/${repository}/${path.split('/').map(encodeURIComponent).join('/')}`);
    url.username = base.username;
    url.password = base.password;
    return url;
  };

  const checksums = async (repository: string, signal: AbortSignal): Promise<ListedFile[]> => {
    const answer = await web.get(addressOf(repository, checksumsFile), {}, signal);
    if (answer.status !== 200) throw refusalOf(answer, asked(`${repository}/${checksumsFile}`));
    let text = '';
    for await (const chunk of answer.body) {
      text += String(chunk);
      if (text.length > mostListedBytes) break;
    }
    return parseChecksums(text);
  };

  return {
    name: place,
    async list(repository, _revision, signal, known) {
      const files = await checksums(repository, signal).catch((failure: unknown) => {
        if (!(failure instanceof ManifoldError) || failure.code !== 'weights_not_found') throw failure;
        if (known !== undefined) return known;
        throw new ManifoldError(
          'weights_not_found',
          `The mirror has no ${place}/${repository}/${checksumsFile}; \`sha256sum *.gguf > ${checksumsFile}\` in the folder of the files makes one.`,
          { param: 'model' },
        );
      });
      return { commit: inventedCommit(files), files };
    },
    source: (repository, _commit, path) =>
      createWebSource({ web, url: addressOf(repository, path), asked: asked(`${repository}/${path}`) }),
  };
}
