import { endWithReader } from './cli/end-with-reader.ts';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { keepYoungGenerationSmall } from './lib/young-generation.ts';

keepYoungGenerationSmall();
const [, , ...args] = process.argv;
// A server has not done its work when its log is read no more: it ends with an error.
if (args[0] !== 'serve') endWithReader(process.stdout);
process.exitCode = await run(args, processTerminal());
