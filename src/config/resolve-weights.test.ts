import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveWeights } from './resolve-weights.ts';
import { weightsSettings } from './weights.ts';

const home = mkdtempSync(join(tmpdir(), 'manifold-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const resolved = (env: NodeJS.ProcessEnv = {}, settings: object = {}) =>
  resolveWeights(weightsSettings.parse(settings), { HOME: home, ...env });

describe('weights', () => {
  it.each([
    [{}, join(home, '.cache/huggingface/hub')],
    [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    [{ HF_HOME: '~/hf' }, join(home, 'hf/hub')],
    [{ HF_HOME: '/a', HUGGINGFACE_HUB_CACHE: '/b' }, '/b'],
    [{ HF_HOME: '/a', HUGGINGFACE_HUB_CACHE: '/b', HF_HUB_CACHE: '/c' }, '/c'],
  ])('with %j lie where the tools of the hub have theirs', (env, expected) => {
    expect(resolved(env).cacheDir).toBe(expected);
  });

  it('are where the configuration says, whatever the environment does', () => {
    const env = { HF_HUB_CACHE: '/c', HF_ENDPOINT: 'https://mirror.test', HF_HUB_OFFLINE: '1' };

    expect(resolved(env)).toMatchObject({ endpoint: 'https://mirror.test', isOffline: true });
    expect(resolved(env, { cacheDir: '/d', endpoint: 'https://other.test', offline: false })).toMatchObject({
      cacheDir: '/d',
      endpoint: 'https://other.test',
      isOffline: false,
    });
  });

  it('are asked for with the token of the environment, else that of the file', () => {
    mkdirSync(join(home, '.cache/huggingface'), { recursive: true });
    writeFileSync(join(home, '.cache/huggingface/token'), 'hf_file\n');
    writeFileSync(join(home, 'other'), 'hf_other');

    expect(resolved().token).toBe('hf_file');
    expect(resolved({ HF_TOKEN_PATH: join(home, 'other') }).token).toBe('hf_other');
    expect(resolved({ HF_TOKEN: 'hf_variable' }).token).toBe('hf_variable');
    expect(resolved({ HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }).token).toBeUndefined();
    expect(resolved({ HF_TOKEN: 'hf_a\r\nx-evil: 1' }).token).toBeUndefined();
  });

  it('from an address that is none are refused', () => {
    expect(() => resolved({ HF_ENDPOINT: 'mirror' })).toThrow(/HF_ENDPOINT/);
  });
});
