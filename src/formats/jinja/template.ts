import { execute } from './execute.ts';
import { fail, JinjaError } from './jinja-error.ts';
import { filters } from './library/filters.ts';
import { globalOf } from './library/globals.ts';
import type { Runtime } from './library/native.ts';
import { tests } from './library/tests.ts';
import { Meter, type RenderLimits } from './meter.ts';
import { createOutput } from './output.ts';
import { createScope } from './scope.ts';
import { readsOf, type TemplateReads } from './template-reads.ts';
import { parseTemplate } from './syntax/parse-template.ts';
import { fromJs } from './values/from-js.ts';
import type { Value } from './values/value.ts';

export type { RenderLimits } from './meter.ts';

export interface JinjaTemplate {
  /**
   * Renders with these variables, which are plain data and never changed: a template works on copies. Throws a
   * `JinjaError`, also where limits are exceeded, and nothing else.
   */
  render(variables: Readonly<Record<string, unknown>>, limits?: RenderLimits): string;
  readonly reads: TemplateReads;
}

interface JinjaOptions {
  /** What `strftime_now` asks. */
  readonly clock?: () => Date;
}

const defaultLimits: RenderLimits = { steps: 2_000_000, outputCharacters: 16 * 1024 * 1024 };

/**
 * Compiles a template of the dialect that chat templates are written in: Jinja with `trim_blocks` and `lstrip_blocks`,
 * loop controls, and `raise_exception`, `strftime_now` and `tojson` as transformers has them. Throws a `JinjaError`
 * that names the line when it is not well formed.
 */
export function compileJinja(source: string, { clock = () => new Date() }: JinjaOptions = {}): JinjaTemplate {
  const statements = guarded(() => parseTemplate(source));
  return {
    reads: guarded(() => readsOf(statements)),
    render: (variables, limits = defaultLimits) =>
      guarded(() => {
        const runtime = createRuntime(new Meter(limits), clock);
        const output = createOutput(runtime.meter);
        const scope = createScope((name) => outsideName(name, variables, runtime));
        execute(statements, scope, runtime, output);
        return output.text();
      }),
  };
}

function outsideName(name: string, variables: Readonly<Record<string, unknown>>, runtime: Runtime): Value {
  return Object.hasOwn(variables, name) ? fromJs(variables[name]) : globalOf(name, runtime);
}

function createRuntime(meter: Meter, clock: () => Date): Runtime {
  const runtime: Runtime = {
    meter,
    clock,
    applyFilter: (name, value, args) => {
      const filter = filters.get(name) ?? fail(`there is no filter '${name}'`);
      meter.step();
      return filter(value, args, runtime);
    },
    applyTest: (name, value, args) => {
      const test = tests.get(name) ?? fail(`there is no test '${name}'`);
      meter.step();
      return test(value, args, runtime);
    },
  };
  return runtime;
}

/** Nesting is bounded where it is read; what still exhausts the stack, as a list that holds itself, ends here. */
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new JinjaError('limit', 'The template nests values or text too deeply.', { cause });
  }
}
