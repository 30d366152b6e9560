import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { llamaServerProgram } from '../../support/llama-server.ts';

/** What `manifold engine build` made lies beside its libraries. */
const kernels = join(dirname(realpathSync(llamaServerProgram())), 'libggml-cpu.so');
const hasAmx = / amx_int8 /.test(readFileSync('/proc/cpuinfo', 'utf8'));

it.skipIf(!hasAmx || !existsSync(kernels))('what is compiled uses AMX where the processor has it', () => {
  expect(readFileSync(kernels).includes('tinygemm_kernel_amx')).toBe(true);
});
