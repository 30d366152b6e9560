/**
 * The llama.cpp source that this release builds: the git bundle inside an npm package, so that whatever registry
 * npm is configured for can serve it. It is the release that the packaged libraries are made from.
 */
export const pinnedSource = {
  package: 'node-llama-cpp',
  version: '3.22.1',
  /** `dist.integrity` of the registry's metadata; what is fetched must hash to it, whoever served it. */
  integrity: 'sha512-bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==',
  bundle: 'package/llama/gitRelease.bundle',
  llamaCpp: 'v0.5.0',
} as const;
