// Builds the chat page: compiles web/src to web/dist and copies the files that need no compiling.
// Plain JavaScript, because `npm ci` runs it on whatever Node the machine has.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const web = join(root, 'web');
const dist = join(web, 'dist');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

if (existsSync(compiler)) build();
else console.error('manifold: the chat page is not built, because the development dependencies are not installed.');

// Built aside and moved into place, so that a server running meanwhile never finds half a page.
function build() {
  const next = join(web, `dist.${process.pid}`);
  mkdirSync(next, { recursive: true });
  execFileSync(process.execPath, [compiler, '-p', web, '--outDir', next], { stdio: 'inherit' });
  for (const name of ['index.html', 'chat.css', 'icon.svg']) copyFileSync(join(web, name), join(next, name));
  // The viewer of /docs: one file, so that its package is not needed where Manifold runs.
  copyFileSync(join(root, 'node_modules', 'rapidoc', 'dist', 'rapidoc-min.js'), join(next, 'rapidoc.js'));
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
}
