import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { keepYoungGenerationSmall } from './lib/young-generation.ts';

keepYoungGenerationSmall();
process.exitCode = await run(process.argv.slice(2), processTerminal());
