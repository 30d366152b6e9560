import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { license, manifest, metadata, type License } from '../../api/management.ts';
import type { Models } from '../../inference/models/models.ts';
import type { UsableModels } from '../../inference/models/usable-models.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';

interface Parts {
  readonly models: Models;
  readonly version: string;
  /** The file with the licence's text. */
  readonly licenseFile: string;
}

/** NIM's management routes with NIM's bodies. Health, version and metrics are beside them. */
export function managementRoutes({ models, version, licenseFile }: Parts): Endpoint[] {
  return [
    {
      method: 'GET',
      path: '/v1/license',
      access: 'key',
      summary: 'The licence of this server, with its text',
      operation: { id: 'getLicense', tag: 'Management', response: license },
      handle: () => readLicense(licenseFile),
    },
    {
      method: 'GET',
      path: '/v1/metadata',
      access: 'key',
      summary: 'Release, licence and models',
      operation: { id: 'getMetadata', tag: 'Management', response: metadata },
      handle: async ({ exchange }) => ({
        version,
        assetInfo: [],
        licenseInfo: await readLicense(licenseFile),
        modelInfo: models
          .usableBy(principalOf(exchange))
          .list()
          .map(({ id }) => ({ shortName: id })),
        repository_override: '',
        selectedModelProfileId: '',
      }),
    },
    {
      method: 'GET',
      path: '/v1/manifest',
      access: 'key',
      summary: 'The models that are served, as YAML',
      operation: { id: 'getManifest', tag: 'Management', response: manifest },
      handle: async ({ exchange }) => ({
        manifest_file: await manifestOf(models.usableBy(principalOf(exchange)), version),
        repository_override: '',
      }),
    },
  ];
}

async function readLicense(file: string): Promise<License> {
  const content = await readFile(file, 'utf8');
  return {
    name: 'LICENSE',
    path: 'LICENSE',
    sha: createHash('sha1').update(content).digest('hex'),
    size: content.length,
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
    type: 'file',
    content,
  };
}

async function manifestOf(models: UsableModels, version: string): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify({
    release: version,
    models: models.list().map(({ id, engine, ownedBy }) => {
      const state = engine.state();
      return {
        name: id,
        owned_by: ownedBy,
        engine: engine.name,
        state: state.kind,
        ...(state.kind === 'ready' && { max_model_len: state.contextLength }),
      };
    }),
  });
}
