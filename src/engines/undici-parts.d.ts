/** Connections by themselves: all of undici brings fetch, caches and mocks, which cost a start 70 ms and 15 MB. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
