import { exitCode } from './cli/exit-codes.ts';
import { outliveLostOutput } from './cli/lost-output.ts';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { keepYoungGenerationSmall } from './lib/young-generation.ts';

keepYoungGenerationSmall();
let isLog = false;
const terminal = { ...processTerminal(), writesLog: () => void (isLog = true) };
const hasLostOutput = outliveLostOutput(terminal);
// The last write may fail after the command is done.
process.once('exit', () => {
  if (hasLostOutput() && !isLog && process.exitCode === exitCode.ok) process.exitCode = exitCode.failure;
});
process.exitCode = await run(process.argv.slice(2), terminal);
