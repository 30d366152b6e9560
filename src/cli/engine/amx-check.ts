/**
 * CMake that leaves out the AMX kernels where the compiler spoils them. GCC tells its optimizer that `_tile_loadconfig`
 * reads 8 of its 64 bytes (amxtileintrin.h of GCC 12), so the shapes of the tiles are never stored, and the first
 * instruction on one ends the process with SIGILL. Included after `project()`; a program that does the same decides.
 */
export const amxCheck = String.raw`
include(CheckCXXSourceRuns)
set(CMAKE_REQUIRED_FLAGS "-O3 -march=native")
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
int main() {
  const int ask_permission = 0x1023, tile_data = 18;
  if (syscall(SYS_arch_prctl, ask_permission, tile_data)) return 0;
  configure();
  _tile_zero(4);
}
#else
int main() {}
#endif
" MANIFOLD_AMX_IS_SOUND)
unset(CMAKE_REQUIRED_FLAGS)
if(NOT MANIFOLD_AMX_IS_SOUND)
  add_compile_options(-mno-amx-int8 -mno-amx-bf16 -mno-amx-tile)
endif()
`;
