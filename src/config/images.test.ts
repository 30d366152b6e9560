import { describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';
import { imageSettings } from './images.ts';

describe('the configuration of images', () => {
  it('fetches nothing until it is told to', () => {
    const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/nowhere' }).config.images.remote;

    expect(load({})).toBe(false);
    expect(load({ MANIFOLD_REMOTE_IMAGES: 'true' })).toBe(true);
  });

  it.each(['*', 'images.example', 'mirror:8443', '10.0.0.1', '[::1]:8080', 'MIRROR.Intranet'])(
    'takes the host %s',
    (host) => {
      expect(imageSettings.safeParse({ allowHosts: [host] }).success).toBe(true);
    },
  );

  it.each(['https://images.example', 'images.example/', '*.example', '', 'a b', '::1', 'user@host', 'host:port'])(
    'refuses the host %j',
    (host) => {
      expect(imageSettings.safeParse({ allowHosts: [host] }).success).toBe(false);
    },
  );
});
