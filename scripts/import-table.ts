/** One row of the import table: who may import what, and why nothing else. */
export interface ImportRow {
  /** Files the row is about, as globs from the repository's root. */
  readonly files: readonly string[];
  /** Names directly under `src/` that these files may import beside their own folder. */
  readonly mayImport: readonly string[];
  /** Folders of which only the files directly inside are open, not what lies in their sub-folders. */
  readonly mayImportTopOf?: readonly string[];
  /** The reason, printed with every violation. */
  readonly because: string;
}

/** A third-party package and the only folders that may know it. */
export interface ConfinedPackage {
  readonly name: string;
  readonly allowedIn: readonly string[];
  readonly because: string;
}

/** Every folder and lone file under `src/` that takes part in the table. */
export const members = [
  'access',
  'api',
  'catalog',
  'cli',
  'compose',
  'config',
  'engine-host',
  'engines',
  'errors',
  'formats',
  'images',
  'index',
  'inference',
  'ledger',
  'lib',
  'limits',
  'main',
  'observability',
  'server',
  'store',
  'verification',
] as const;

const ground = ['errors', 'lib'] as const;
const contract = ['api', ...ground] as const;

/** The architecture's import rules; ARCHITECTURE.md explains them, `.oxlintrc.json` is generated from them. */
export const importTable: readonly ImportRow[] = [
  {
    files: ['src/lib/**/*.ts', 'src/errors.ts'],
    mayImport: [],
    because: 'lib and errors are the ground that everything stands on, so they know nothing of the project',
  },
  {
    files: ['src/api/**/*.ts'],
    mayImport: ground,
    because: 'api is the wire contract and must not depend on how it is fulfilled',
  },
  {
    files: ['src/formats/**/*.ts', 'src/store/**/*.ts', 'src/observability/**/*.ts'],
    mayImport: contract,
    because: 'formats, store and observability are tools for the layers above and know only the contract',
  },
  {
    files: ['src/access/**/*.ts', 'src/limits/**/*.ts', 'src/ledger/**/*.ts', 'src/catalog/**/*.ts'],
    mayImport: ['store', 'formats', ...contract],
    because:
      'access, limits, ledger and catalog do not know HTTP, engines or each other; logger and clock are injected',
  },
  {
    files: ['src/engines/**/*.ts'],
    mayImport: ['formats', ...contract],
    because:
      'an engine is only an endpoint that speaks the contract; the engine host is started by path, never imported',
  },
  {
    files: ['src/engine-host/**/*.ts'],
    mayImport: ['formats', ...contract],
    because: 'the engine host is a program of its own that must run with nothing but a model and a socket',
  },
  {
    files: ['src/verification/**/*.ts'],
    mayImport: ['formats', ...contract],
    because: 'a finished text is checked in a thread that knows formats and nothing else; inference gets it injected',
  },
  {
    files: ['src/images/**/*.ts'],
    mayImport: contract,
    because:
      'images are looked at and fetched without knowledge of engines or HTTP servers; inference gets it injected',
  },
  {
    files: ['src/inference/**/*.ts'],
    mayImport: ['catalog', 'limits', 'ledger', 'access', ...contract],
    mayImportTopOf: ['engines'],
    because: 'inference knows the engine seam and the registry, never one engine, and no HTTP',
  },
  {
    files: ['src/server/**/*.ts'],
    mayImport: ['inference', 'access', 'catalog', 'ledger', 'observability', ...contract],
    because: 'the HTTP layer speaks the contract and hands requests to inference; it knows no engine',
  },
  {
    files: ['src/config/**/*.ts'],
    mayImport: contract,
    because: 'configuration is read before anything runs, so it may not reach into what it configures',
  },
];

/** Packages that would carry an implementation choice through the whole code if they leaked. */
export const confinedPackages: readonly ConfinedPackage[] = [
  {
    name: 'koffi',
    allowedIn: ['engine-host'],
    because: 'native inference code can abort the process, so only the engine host may load it',
  },
  {
    name: 'fastify',
    allowedIn: ['server'],
    because: 'only src/server knows which HTTP framework is in use',
  },
  {
    name: '@huggingface/hub',
    allowedIn: ['catalog'],
    because: 'where weights come from is known in src/catalog only',
  },
  { name: 'pino', allowedIn: ['observability'], because: 'the logger is made in src/observability and injected' },
  {
    name: 'prom-client',
    allowedIn: ['observability'],
    because: 'metrics are declared in src/observability and injected',
  },
];
