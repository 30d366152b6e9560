import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from '../lib/report.ts';
import { createFigures } from './before-upstream/figures.ts';
import { bareProxy, manifoldGateway, nginxGateway, portkeyGateway, type Gateway } from './before-upstream/gateways.ts';
import { measureRound, warmUp, type Plan } from './before-upstream/round.ts';
import { reportComparison } from './before-upstream/report-comparison.ts';
import { startGateway, startUpstream, type RunningTarget } from './before-upstream/start-target.ts';
import { memoryOf } from './before-upstream/usage-of.ts';

interface Options {
  readonly entry: string;
  readonly portkey: string;
  readonly nginx: string;
  readonly starts: number;
  readonly rounds: number;
  readonly requests: number;
  readonly connections: number;
  readonly seconds: number;
  readonly streams: readonly number[];
  readonly 'settle-seconds': number;
}

/** The gateways before one upstream, measured in turn. Prints its tables and returns the raw figures. */
export async function compareGateways(report: Report, options: Options): Promise<object> {
  await using upstream = await startUpstream();
  const gateways = chooseGateways(report, options, upstream.port);
  const versions = Object.fromEntries(gateways.map(({ name, version }) => [name, version]));
  report.note(`\nBefore the upstream: ${gateways.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
  const figures = createFigures();
  for (let count = 0; count < options.starts; count += 1) {
    for (const gateway of inTurn(gateways, count)) {
      await using started = await startGateway(gateway);
      figures.add('cold start, ms', gateway.name, started.startedInMs);
    }
  }

  await using running = new AsyncDisposableStack();
  const targets: RunningTarget[] = [upstream];
  for (const gateway of gateways) targets.push(running.use(await startGateway(gateway)));
  await pause(options['settle-seconds'] * 1000);
  for (const { name, pid } of targets.slice(1)) figures.add('memory when idle, MB', name, memoryOf(pid));

  const plan: Plan = { ...options, requests: Math.ceil(options.requests / options.rounds) };
  await warmUp(targets, upstream, plan);
  const rounds = [];
  for (let round = 0; round < options.rounds; round += 1)
    rounds.push(await measureRound(inTurn(targets, round), upstream, plan, figures));
  reportComparison(report, figures, rounds);
  return { versions, figures: figures.all(), rounds };
}

function chooseGateways(report: Report, { entry, portkey, nginx }: Options, upstreamPort: number): Gateway[] {
  const gateways = [manifoldGateway(entry, upstreamPort), bareProxy(upstreamPort)];
  if (portkey === '') report.note('Portkey is left out; --portkey names the folder it was installed into.');
  else gateways.push(portkeyGateway(portkey, upstreamPort));
  const found = nginx === '' ? undefined : nginxGateway(nginx, upstreamPort);
  if (found === undefined)
    report.note('nginx is left out; Debian has it as the package nginx-light, or --nginx names it.');
  else gateways.push(found);
  return gateways;
}

/** The order is reversed with every round, so that nobody always comes after the same. */
function inTurn<T>(items: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? items : items.toReversed();
}
