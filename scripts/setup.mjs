// Brings a fresh clone to where the app can run: dependencies, build, browser. Everything that is already there is
// left alone, so every command can start with this. Only Node's own modules may be imported here.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium } from '../bin/chromium.mjs';
import { root } from './root.mjs';

/** An error whose message is for people: printed without a stack. */
export class SetupError extends Error {}

/**
 * Installs the dependencies of package-lock.json, unless they are there. No package's install script is run: they reach
 * for downloads that locked-down networks refuse, and nothing here needs them.
 */
export async function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Latentscape needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  }
  if (await hasDependencies()) return;
  await alone('install', async () => {
    if (await hasDependencies()) return;
    say('Installing dependencies (npm ci), this takes a minute…');
    await run(npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'), {
      failure: 'The dependencies could not be installed. Is a package registry reachable? npm said:',
    });
  });
}

/**
 * Builds the app into dist/ when a source file has changed since.
 * @param {{ force?: boolean }} [options] force: build in any case
 */
export async function ensureBuild({ force = false } = {}) {
  const stampFile = join(root, 'dist/.stamp');
  const isFresh = async () => !force && (await readFile(stampFile, 'utf8').catch(() => '')) === (await sourceStamp());
  if (await isFresh()) return;
  await alone('build', async () => {
    if (await isFresh()) return;
    // Taken before: a source saved while the compiler runs makes the result stale, not fresh.
    const stamp = await sourceStamp();
    await rm(stampFile, { force: true });
    say('Building…');
    await run(
      { command: process.execPath, args: [join(root, 'scripts/compile.mjs')] },
      { failure: 'The app could not be built. The compiler said:' },
    );
    await writeFile(stampFile, stamp);
  });
}

/** Path of an installed Chromium, Chrome or Edge; installs Debian's Chromium where that is possible. */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found.path;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium (apt-get install chromium), this takes a minute…');
    const failure = 'Chromium could not be installed. Install Chrome, Chromium or Edge and try again. apt-get said:';
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run({ command: 'apt-get', args: ['update', '-qq'] }, { failure, env });
    await run({ command: 'apt-get', args: ['install', '-y', '-qq', 'chromium'] }, { failure, env });
  }
  const installed = findChromium();
  if (installed) return installed.path;
  throw new SetupError(
    'The end-to-end tests need a browser. Install Chrome, Chromium or Edge (Debian: apt-get install chromium), or set CHROME_PATH to one.',
  );
}

/**
 * Runs a script's main function. Expected failures are printed as one sentence.
 * @param {() => Promise<void>} main
 */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * For people; stdout belongs to results.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Whether node_modules agrees with package-lock.json. npm keeps its own record of what it has put there. */
async function hasDependencies() {
  /** @type {({ packages: Record<string, { version: string, optional?: boolean, devOptional?: boolean }> } | null)[]} */
  const [wanted, installed] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map(async (file) => {
      const text = await readFile(join(root, file), 'utf8').catch(() => null);
      return text === null ? null : JSON.parse(text);
    }),
  );
  if (!wanted) throw new SetupError('package-lock.json is missing. Is this a complete copy of the project?');
  if (!installed) return false;
  return Object.entries(wanted.packages).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true; // the project itself
    const there = installed.packages[path];
    return there ? there.version === version : optional || devOptional; // made for another platform
  });
}

/** A digest of everything the build depends on. */
async function sourceStamp() {
  const hash = createHash('sha256');
  /** @param {string} path relative to the root */
  const add = async (path) => {
    if ((await stat(join(root, path))).isDirectory()) {
      for (const name of (await readdir(join(root, path))).sort()) await add(`${path}/${name}`);
    } else
      hash
        .update(path)
        .update('\0')
        .update(await readFile(join(root, path)));
  };
  for (const path of ['main', 'renderer', 'scripts/compile.mjs', 'package.json', 'package-lock.json']) await add(path);
  return hash.digest('hex');
}

/**
 * Runs `action` while no other process of this project runs one under the same name.
 * @param {string} name
 * @param {() => Promise<void>} action
 */
async function alone(name, action) {
  // Not in node_modules or dist: they are what is being replaced.
  const lock = join(
    tmpdir(),
    `latentscape-${createHash('sha256').update(root).digest('hex').slice(0, 16)}-${name}.lock`,
  );
  for (let announced = false; ;) {
    try {
      const file = await open(lock, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      const owner = Number(await readFile(lock, 'utf8').catch(() => ''));
      // An empty lock was created this moment; one whose owner has died is void.
      if (owner && !isRunning(owner)) await rm(lock, { force: true });
      else {
        if (!announced) say('Waiting for another Latentscape command to finish its set-up…');
        announced = true;
        await sleep(200);
      }
    }
  }
  try {
    await mkdir(join(root, 'dist'), { recursive: true });
    await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * How to start npm: the one that started us if there is one, since `npm` itself is a shell script on Windows.
 * @param {...string} args
 */
function npm(...args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? { command: process.execPath, args: [script, ...args] }
    : { command: 'npm', args, shell: process.platform === 'win32' };
}

/**
 * Runs a command silently; when it fails, its output is part of the error.
 * @param {{ command: string, args: string[], shell?: boolean }} what
 * @param {{ failure: string, env?: NodeJS.ProcessEnv }} options
 */
async function run({ command, args, shell = false }, { failure, env = process.env }) {
  const child = spawn(command, args, { cwd: root, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', resolve);
  });
  if (code !== 0) throw new SetupError(`${failure}\n${output.trim() || code}`);
}
