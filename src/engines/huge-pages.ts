/**
 * Environment of a process that computes with a model: what it allocates is in pages of 2 MB, where Linux gives them to who
 * asks (`/sys/kernel/mm/transparent_hugepage/enabled`: madvise, its usual setting). Every step reads all weights, and with pages
 * of 4 KiB finds its way to each anew. glibc from 2.35 on; ignored elsewhere.
 *
 * Source: GNU C Library manual, "Memory Allocation Tunables", glibc.malloc.hugetlb.
 */
export const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } as const;
