#!/usr/bin/env node
// The launcher. It runs on whatever Node the machine has, so it keeps to old syntax: no `??`, no `?.`,
// no top-level await, no `node:` imports.
import { spawn, spawnSync } from 'child_process';
import { existsSync, readFileSync, realpathSync } from 'fs';
import { dirname, join, sep } from 'path';
import module from 'module';
import { homedir } from 'os';
import { fileURLToPath, pathToFileURL } from 'url';
import { satisfies } from './node-version.mjs';

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));
const range = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node;
const packagedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (satisfies(process.version, range)) start();
else if (packagedNodeWorks()) runUnder(packagedNode);
else fail(howToGetNode());

function start() {
  // A checkout runs its source, so that what runs is what was edited. The package holds built files only: Node
  // strips types nowhere below node_modules.
  const source = join(root, 'src', 'main.ts');
  const built = join(root, 'dist', 'main.js');
  const entry = existsSync(source) && root.split(sep).indexOf('node_modules') === -1 ? source : built;
  if (!existsSync(entry)) return fail('this installation has no dist/main.js. Install the package again.');
  keepCompiledCode();
  import(pathToFileURL(entry).href).catch(function (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND' && /Cannot find package/.test(error.message)) {
      return fail(error.message.split('\n')[0] + '. Run `npm ci` in ' + root + ' first.');
    }
    console.error(error);
    process.exit(1);
  });
}

/**
 * The second start reads compiled code instead of sources. In a directory of the person's own: what lies in a shared
 * one somebody else could have written. Where it cannot be written nothing is kept, and nothing is said.
 */
function keepCompiledCode() {
  if (!module.enableCompileCache) return;
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    module.enableCompileCache(join(cache, 'manifold', 'compiled'));
  } catch {
    // An account without a home directory starts as slowly every time.
  }
}

function packagedNodeWorks() {
  if (!existsSync(packagedNode)) return false;
  const probe = spawnSync(packagedNode, ['-p', 'process.version'], { encoding: 'utf8', env: {} });
  return probe.status === 0 && satisfies(probe.stdout.trim(), range);
}

/** Node before 22.15 cannot replace its own process, so this one stays as a parent that passes signals on. */
function runUnder(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', env: withoutPreloads() });
  // On a terminal Ctrl-C reaches the child by itself; a second copy would count as "end at once".
  process.on('SIGINT', function () {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  ['SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    fail('cannot run ' + node + ': ' + error.message);
  });
  child.on('exit', function (code, signal) {
    process.exit(signal === null ? code : 1);
  });
}

/** The options were for the machine's Node; a preload among them could also send us round in a circle. */
function withoutPreloads() {
  const env = Object.assign({}, process.env);
  delete env.NODE_OPTIONS;
  return env;
}

function howToGetNode() {
  const need = 'Node ' + range + ' is needed and this is ' + process.version + '.';
  if (existsSync(join(root, 'node_modules', 'node', 'package.json'))) {
    return (
      need +
      ' node_modules/node is there without a working binary: it was installed with --ignore-scripts.\n' +
      '  Fix: `npm rebuild node`, or `npm ci` without --ignore-scripts, in ' +
      root +
      '; or install Node 24 (https://nodejs.org).'
    );
  }
  if (existsSync(join(root, 'src', 'main.ts'))) {
    return (
      need +
      '\n  Fix: `npm ci` in ' +
      root +
      ' brings Node 24 and `npm start` uses it; or install Node 24 (https://nodejs.org).'
    );
  }
  return need + '\n  Fix: install Node 24 (https://nodejs.org).';
}

function fail(message) {
  console.error('manifold: ' + message);
  process.exit(1);
}
