import { Command } from 'commander';
import { checkAddress } from './doctor/address.ts';
import { checkCardFolder } from './doctor/cards.ts';
import type { Check, Finding } from './doctor/finding.ts';
import { checkGraphics } from './doctor/graphics.ts';
import { checkLibraries } from './doctor/libraries.ts';
import { checkMemory } from './doctor/memory.ts';
import { checkModelFiles } from './doctor/model-files.ts';
import { checkProcessor } from './doctor/processor.ts';
import { checkRuntime } from './doctor/runtime.ts';
import { checkState } from './doctor/state.ts';
import type { Config } from '../config/config.ts';
import { resolveEngines } from '../config/resolve-engines.ts';
import type { ServedModel } from '../engines/served-model.ts';
import { CommandFailed } from './exit-codes.ts';
import { resolveModelFiles } from './resolve-model-files.ts';
import { addServerOptions, configFromFlags, type ServerFlags } from './server-options.ts';
import { say, type Terminal } from './terminal.ts';

const checks: readonly Check[] = [
  checkRuntime,
  checkProcessor,
  checkMemory,
  checkLibraries,
  checkGraphics,
  checkModelFiles,
  checkCardFolder,
  checkAddress,
  checkState,
];

const help = `
Examples:
  manifold doctor                        everything, in words
  manifold doctor --model big.gguf       also whether this file would fit
  manifold doctor --json                 for a script; exit code 1 when something fails
`;

/** `manifold doctor`: what a server would find here, and what to do about it. Exit code 1 when a check fails. */
export function doctorCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('doctor'))
    .description('check this machine: processor, memory, libraries, GPUs, models, ports, TLS files, state directory')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async (flags: ServerFlags & { json?: boolean }) => {
      const { config, warnings } = configFromFlags(flags, terminal);
      const { env } = terminal;
      const { models, missing } = await resolveModelFiles(config, env);
      const patient = { config: { ...config, models: [...models] }, env };
      const checked = await Promise.all(checks.map(async (check) => check(patient)));
      const unheeded = [...warnings, ...enginesLeftOut(config, env)].map(tellUnheeded);
      const findings = [...unheeded, ...checked.flat(), ...missing.map(tellMissing)];
      const failed = findings.filter(({ status }) => status === 'fail').length;
      if (flags.json) say(terminal.stdout, JSON.stringify({ ok: failed === 0, findings }, null, 2));
      else print(findings, failed, terminal);
      if (failed > 0) throw new CommandFailed();
    });
}

/** What the configuration or the environment says and a server would not do. */
function tellUnheeded(found: string): Finding {
  return { check: 'config', status: 'warn', found };
}

/** Engines whose key or certificates are not there. */
function enginesLeftOut({ engines }: Config, env: NodeJS.ProcessEnv): string[] {
  const said: string[] = [];
  resolveEngines(engines, env, (name, reason) => said.push(`engines.${name}: ${reason} This engine is left out.`));
  return said;
}

/** A model of a hub whose weights are not here. */
function tellMissing({ id, engine }: ServedModel): Finding {
  const state = engine.state();
  const found = `${id}: ${state.kind === 'failed' ? state.message : state.kind}`;
  return { check: 'model', status: 'fail', found, advice: 'Pull it, or take it out of the configuration.' };
}

function print(findings: readonly Finding[], failed: number, { stdout, env }: Terminal): void {
  const isColoured = stdout.isTTY && !env['NO_COLOR'];
  const colour = { ok: '\u001b[32m', warn: '\u001b[33m', fail: '\u001b[31m' };
  for (const { check, status, found, advice } of findings) {
    const mark = isColoured ? `${colour[status]}${status.padEnd(4)}\u001b[0m` : status.padEnd(4);
    say(stdout, `${mark}  ${check.padEnd(10)} ${found}`);
    if (advice !== undefined) say(stdout, `${' '.repeat(17)}-> ${advice}`);
  }
  say(
    stdout,
    failed === 0 ? '\nReady: `manifold serve` should work here.' : `\n${failed} of these stop a server from working.`,
  );
}
