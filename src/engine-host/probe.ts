import { openLibLlama } from './libllama/bindings.ts';
import { findLibrary } from './libllama/find-library.ts';
import { verifyLayout } from './libllama/verify-layout.ts';

/**
 * A program that loads the libraries as an engine host would and prints what they see as one JSON line. Run in
 * a process of its own, since native code may end it. Its argument is the library directory, if one is given.
 */
const library = openLibLlama(findLibrary(process.argv[2]));
verifyLayout(library);
const devices = library
  .graphicsDevices()
  .map(({ name, description, freeBytes, totalBytes }) => ({ name, description, freeBytes, totalBytes }));
process.stdout.write(`${JSON.stringify({ version: library.version(), devices })}\n`);
