import type { Setting } from './setting.ts';

/** Where a key for hosted NIM is looked for, in this order: NVIDIA's names. */
export const hostedKeyVariables = ['NVIDIA_API_KEY', 'NGC_API_KEY'] as const;

/** A key is all that hosted NIM needs, so its key in the environment is one engine, unless the file says which there are. */
export function impliedEngines(env: NodeJS.ProcessEnv): Setting[] {
  const variable = hostedKeyVariables.find((name) => env[name]);
  return variable === undefined ? [] : [{ path: 'engines', value: [{ kind: 'hosted-nim' }], origin: variable }];
}
