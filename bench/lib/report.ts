import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/config/package-root.ts';
import { describeMachine } from './machine.ts';

/** Load at the start above which figures are not to be trusted. */
const quietLoad = 0.5;

/** Collects what a benchmark found: prints it for people and leaves it as JSON. */
export interface Report {
  table(title: string, rows: readonly Readonly<Record<string, string | number>>[]): void;
  note(text: string): void;
  /** Writes the JSON file: machine, options, and the raw figures given here. */
  save(figures: object): void;
}

/** Take it before anything is started, so that it sees how busy the machine was without the benchmark. */
export function startReport(name: string, options: Readonly<Record<string, unknown>>): Report {
  const machine = describeMachine();
  const say = (text: string) => process.stdout.write(`${text}\n`);
  say(`${name}: ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, commit ${machine.commit}`);
  if (machine.loadBefore > quietLoad) {
    say(`WARNING: the load was ${machine.loadBefore.toFixed(1)} before the start; these figures are noise.`);
  }
  return {
    table(title, rows) {
      say(`\n${title}\n${formatTable(rows)}`);
    },
    note: (text) => say(text),
    save(figures) {
      const file = join(packageRoot, 'bench', 'results', `${name}.json`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify({ benchmark: name, machine, options, ...figures }, null, 2)}\n`);
      say(`\nRaw figures: ${file}`);
    },
  };
}

function formatTable(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, ...rows.map((row) => columns.map((column) => show(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `  ${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')}`;
  return cells.map(line).join('\n');
}

/** Three significant digits; more would claim what no repetition confirms. */
function show(value: string | number): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
