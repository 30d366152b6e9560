/**
 * C++ that is included before all else where GCC compiles for AMX. GCC tells its optimizer that `_tile_loadconfig` reads
 * 8 of its 64 bytes and that `_tile_loadd` reads no memory at all (amxtileintrin.h of GCC 12), so what is stored for
 * them may never be: the shapes of the tiles, and the first instruction on one ends the process with SIGILL, or a tile
 * that was unpacked, and the product is wrong. Here both say what they read.
 */
const tilesHeader = String.raw`
#if defined(__AMX_TILE__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#define _tile_loadconfig(config) \
  __asm__ volatile("ldtilecfg\t%X0" : : "m"(*(const char(*)[64])(const void *)(config)))
#undef _tile_loadd
#define _tile_loadd(tile, base, stride) AMX_LOAD(tile, base, stride)
#define AMX_LOAD(tile, base, stride) \
  __asm__ volatile("tileloadd\t(%0,%1,1), %%tmm" #tile \
                   : : "r"((const void *)(base)), "r"((long)(stride)) : "memory")
#endif
`;

/**
 * CMake that includes the header, and leaves out the AMX kernels if a program that uses tiles as they do still fails.
 * Included after `project()`.
 */
const tilesCheck = String.raw`
include(CheckCXXSourceRuns)
# What an earlier release found out in this directory says nothing of this one.
unset(MANIFOLD_AMX_IS_SOUND CACHE)
set(AMX_TILES "-include ${'$'}{CMAKE_CURRENT_LIST_DIR}/amx-tiles.h")
set(CMAKE_REQUIRED_FLAGS "-O3 -march=native ${'$'}{AMX_TILES}")
check_cxx_source_runs("
#ifdef __AMX_INT8__
#include <cstdint>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
struct shapes { std::uint8_t palette, start, reserved[14]; std::uint16_t bytes[16]; std::uint8_t rows[16]; };
__attribute__((noinline)) static void configure() {
  alignas(64) shapes tiles = {};
  tiles.palette = 1;
  tiles.rows[4] = 16;
  tiles.bytes[4] = 64;
  _tile_loadconfig(&tiles);
}
__attribute__((noinline)) static int copied(int seed) {
  alignas(64) int from[256], to[256];
  for (int i = 0; i < 256; ++i) from[i] = seed + i;
  _tile_loadd(4, from, 64);
  _tile_stored(4, to, 64);
  for (int i = 0; i < 256; ++i) if (to[i] != seed + i) return 0;
  return 1;
}
int main(int count, char **) {
  const int ask_permission = 0x1023, tile_data = 18;
  if (syscall(SYS_arch_prctl, ask_permission, tile_data)) return 0;
  configure();
  return copied(count) && copied(count + 1) ? 0 : 1;
}
#else
int main() {}
#endif
" MANIFOLD_AMX_IS_SOUND)
unset(CMAKE_REQUIRED_FLAGS)
if(MANIFOLD_AMX_IS_SOUND)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:${'$'}{AMX_TILES}>")
else()
  add_compile_options(-mno-amx-int8 -mno-amx-bf16 -mno-amx-tile)
endif()
`;

/** The file that CMake is told to include. */
export const amxRepair = 'amx-repair.cmake';

/** By name, what has to lie in one directory for it. */
export const amxRepairFiles: Readonly<Record<string, string>> = { [amxRepair]: tilesCheck, 'amx-tiles.h': tilesHeader };
