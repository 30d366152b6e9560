/** The library entry: run Manifold inside a program of your own. */
export { compose, type ComposeOptions, type Server } from './compose.ts';
export type { Config } from './config/config.ts';
export { loadConfig } from './config/load-config.ts';
export type { Engine, EngineState } from './engines/engine.ts';
export { createEngines } from './engines/registry.ts';
export { ManifoldError } from './errors.ts';
