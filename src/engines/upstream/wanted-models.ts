import type { ListedModel } from './monitor.ts';
import type { UpstreamSettings } from '../../api/internal/upstream-settings.ts';

/** A model that a server is to answer for. */
export interface WantedModel {
  /** What clients call it. */
  readonly id: string;
  /** What the server does. */
  readonly servedAs: string;
  readonly ownedBy: string;
}

/** The models that the configuration names, or else all that the server lists. */
export function wantedModels(
  { models, name }: Pick<UpstreamSettings, 'models' | 'name'>,
  listed: readonly ListedModel[],
): WantedModel[] {
  const owners = new Map(listed.map(({ id, ownedBy }) => [id, ownedBy]));
  const wanted = models ? Object.entries(models) : [...owners.keys()].map((id) => [id, id] as const);
  return wanted.map(([id, servedAs]) => {
    const inName = id.includes('/') ? id.split('/')[0] : undefined;
    return { id, servedAs, ownedBy: owners.get(servedAs) ?? inName ?? name };
  });
}
