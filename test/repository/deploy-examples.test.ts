import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { upstreamKinds } from '../../src/api/internal/upstream-kinds.ts';
import { fileSchema } from '../../src/config/file-schema.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { engineTable } from '../../scripts/engine-table.ts';

const root = join(import.meta.dirname, '..', '..');
const directory = join(root, 'deploy', 'examples');
const files = readdirSync(directory).filter((file) => file.endsWith('.yaml'));
const engines = readFileSync(join(root, 'docs', 'engines.md'), 'utf8');

describe('the examples in deploy/examples', () => {
  it.each(files)('%s is a configuration whose engines are all in use', (file) => {
    const { config, warnings } = loadConfig({ file: join(directory, file), env: {}, cwd: directory });

    expect(warnings).toEqual([]);
    expect(config.engines.length).toBeGreaterThan(0);
  });

  it.each(files)('%s fits the schema that an editor has for it', (file) => {
    const judge = new Ajv2020({ strict: false, validateFormats: false });
    const content: unknown = parse(readFileSync(join(directory, file), 'utf8'));

    expect([judge.validate(fileSchema(), content), judge.errors]).toEqual([true, null]);
    expect(judge.validate(fileSchema(), { engines: { a: { kind: 'none' } } })).toBe(false);
  });

  it('have one for each kind of server', () => {
    const kinds = new Set(
      files.flatMap((file) =>
        loadConfig({ file: join(directory, file), env: {}, cwd: directory }).config.engines.map(({ kind }) => kind),
      ),
    );

    // Any other server is configured as these are.
    expect(upstreamKinds.filter((kind) => !kinds.has(kind))).toEqual(['openai']);
  });

  it.each(files)('%s is named in docs/engines.md', (file) => {
    expect(engines).toContain(`deploy/examples/${file}`);
  });
});

describe('the table of parameters by engine', () => {
  it('is the one in docs/engine-parameters.md', () => {
    const page = readFileSync(join(root, 'docs', 'engine-parameters.md'), 'utf8');

    expect(page, 'Run `npm run generate`.').toBe(engineTable());
  });
});
