// Where Electron's runtime is. It is no part of its npm package: it is fetched when it is first wanted, and networks may
// refuse it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = findPackage();
const PROGRAM = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const program = PROGRAM[/** @type {keyof typeof PROGRAM} */ (process.platform)] ?? 'electron';

/** Whether this is the inside of a package, which brings its runtime along. */
export const isPackage = existsSync(join(root, '../app.asar'));
const PACKAGED = { darwin: '../../MacOS/Latentscape', win32: '../../Latentscape.exe' };

/** Electron's npm package beside this one, or where it would be. */
function findPackage() {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'));
  } catch {
    return join(root, 'node_modules/electron');
  }
}

// Verifying a finished download takes a second or two without a byte written.
const PATIENCE_MS = 8000;

/** Version of Electron that the app is built for. */
export function electronVersion() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
}

/** Path of Electron's program if its runtime is here, else null. `ELECTRON_OVERRIDE_DIST_PATH` names one's own. */
export function findElectron() {
  if (isPackage) {
    return join(root, PACKAGED[/** @type {keyof typeof PACKAGED} */ (process.platform)] ?? '../../latentscape-app');
  }
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), program);
  return existsSync(path) ? path : null;
}

/**
 * Fetches the runtime with Electron's own installer. A refusal is remembered, so that the next start does not wait again.
 * @param {{ memory: string, retry: boolean, onProgress(megabytes: number): void }} options
 *   memory: file that remembers the refusal; retry: ask again nevertheless
 * @returns {Promise<string | null>} null, or why it could not be had
 */
export async function fetchElectron({ memory, retry, onProgress }) {
  const version = electronVersion();
  const refused = JSON.parse(await readFile(memory, 'utf8').catch(() => 'null'));
  if (refused?.version === version && !retry) return refused.reason;
  const reason = await install(onProgress);
  if (reason === null) await rm(memory, { force: true });
  else {
    await mkdir(join(memory, '..'), { recursive: true })
      .then(() => writeFile(memory, JSON.stringify({ version, reason })))
      .catch(() => {}); // where nothing can be kept, the next start asks again
  }
  return reason;
}

/**
 * @param {(megabytes: number) => void} onProgress
 * @returns {Promise<string | null>} null, or why it failed
 */
async function install(onProgress) {
  const temporary = await mkdtemp(join(tmpdir(), 'latentscape-electron-'));
  const installer = spawn(process.execPath, [join(folder, 'install.js')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      // The installer tells nothing while it works, but its files grow where we can see it.
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      ...(process.env.HTTPS_PROXY || process.env.https_proxy ? { ELECTRON_GET_USE_PROXY: '1' } : {}),
    },
  });
  let errors = '';
  installer.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  let ended = false;
  const end = new Promise((resolve) => {
    installer.once('error', resolve);
    installer.once('close', resolve);
  }).then(() => (ended = true));

  let stalled = false;
  let size = 0;
  let grewAt = performance.now();
  try {
    while (!ended) {
      await Promise.race([end, sleep(250)]);
      const now = (await sizeOf(temporary)) + (await sizeOf(join(folder, 'dist')));
      if (now !== size) {
        size = now;
        grewAt = performance.now();
        onProgress(size / 1e6);
      } else if (!ended && performance.now() - grewAt > PATIENCE_MS) {
        stalled = true;
        installer.kill('SIGKILL');
        await end;
      }
    }
  } finally {
    installer.kill('SIGKILL'); // when we were interrupted
    await rm(temporary, { recursive: true, force: true });
  }
  if (installer.exitCode === 0 && findElectron()) return null;
  await rm(join(folder, 'dist'), { recursive: true, force: true });
  return stalled ? `no progress for ${PATIENCE_MS / 1000} seconds` : cause(errors);
}

/** What a person can use of the installer's stack trace. @param {string} errors */
function cause(errors) {
  const line = errors.match(/\[cause\]:\s*(.+)/)?.[1] ?? errors.split('\n').find((text) => text.trim() !== '') ?? '';
  return line.replace(/^(\w*Error:\s*)+/, '').replace(/\s*\{$/, '') || 'the installer failed without saying why';
}

/** Bytes in a folder, 0 when it is not there. @param {string} path @returns {Promise<number>} */
async function sizeOf(path) {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.map(async (entry) =>
    entry.isFile() ? (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
