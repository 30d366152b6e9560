import { compareGateways } from './gateway/before-upstream.ts';
import { measureBesideEngine } from './gateway/beside-engine.ts';
import { launcher } from './lib/manifold.ts';
import { readOptions } from './lib/options.ts';
import { startReport } from './lib/report.ts';

/**
 * What the HTTP process costs: beside its own engine, behind which a scripted model answers almost at once, and before
 * an upstream over HTTP, together with other gateways before the same upstream.
 */
const given = readOptions('bench/gateway.ts', {
  parts: { about: 'what is measured: `engine` and `upstream`', default: ['engine', 'upstream'] },
  entry: { about: 'the program that is started', default: launcher },
  quick: {
    about: 'a run of less than a minute, to see that everything works; other numbers are not read',
    default: false,
  },
  requests: { about: 'requests for the latency, each way', default: 2000 },
  'at-once': { about: 'of them at the same time (engine)', default: [1, 8] },
  'cpu-requests': { about: 'short requests for the processor time (engine)', default: 3000 },
  'cpu-long-requests': { about: 'requests of 1000 tokens for the processor time (engine)', default: 100 },
  'open-streams': { about: 'streams open at the same time for the memory (engine)', default: 128 },
  'settle-seconds': { about: 'waited before memory is looked at', default: 2 },
  starts: { about: 'cold starts', default: 10 },
  portkey: { about: 'folder into which @portkey-ai/gateway was installed; empty: left out', default: '' },
  nginx: { about: 'the nginx program; empty: left out', default: 'nginx' },
  rounds: { about: 'times that all gateways are measured in turn', default: 3 },
  connections: { about: 'connections that ask without a pause, for the requests per second', default: 16 },
  seconds: { about: 'of that load, and of watching streams', default: 5 },
  streams: { about: 'streams of 50 tokens a second, a growing number', default: [64, 128, 256, 384, 512, 768, 1024] },
});
const quick = {
  requests: 100,
  'at-once': [1],
  'cpu-requests': 100,
  'cpu-long-requests': 10,
  'open-streams': 8,
  'settle-seconds': 0.2,
  starts: 1,
  rounds: 1,
  connections: 8,
  seconds: 0.5,
  streams: [8, 32],
};
const options = given.quick ? { ...given, ...quick } : given;
const unknown = options.parts.find((part) => part !== 'engine' && part !== 'upstream');
if (unknown !== undefined) throw new Error(`--parts: there is no "${unknown}"; there are engine and upstream.`);
const report = startReport('gateway', options);
const besideEngine = options.parts.includes('engine') ? await measureBesideEngine(report, options) : undefined;
const beforeUpstream = options.parts.includes('upstream') ? await compareGateways(report, options) : undefined;
report.save({ besideEngine, beforeUpstream });
