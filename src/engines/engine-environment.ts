/**
 * What is allocated is in pages of 2 MB, where Linux gives them to who asks (`/sys/kernel/mm/transparent_hugepage/enabled`:
 * madvise, its usual setting). Every step reads all weights, and with pages of 4 KiB finds its way to each anew. glibc from
 * 2.35 on; ignored elsewhere.
 *
 * Source: GNU C Library manual, "Memory Allocation Tunables", glibc.malloc.hugetlb.
 */
const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } as const;

/** What a program needs to find its libraries and graphics cards; nothing else of ours is its business. */
const passedOn = [
  'PATH',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  // What the numbers in the one before mean.
  'CUDA_DEVICE_ORDER',
  'HIP_VISIBLE_DEVICES',
  'GGML_VK_VISIBLE_DEVICES',
];

/** The environment of a process that computes with a model, from that of the server. */
export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...hugePages, ...Object.fromEntries(clean) };
}
