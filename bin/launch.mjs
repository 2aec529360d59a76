// Starts the app: picks a host, starts it, and stops everything it has started. Needs a built app and its dependencies.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium, openApp } from './chromium.mjs';
import { electronVersion, fetchElectron, findElectron, isPackage } from './electron-runtime.mjs';
import { onLauncherGone } from './launcher.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether an argument names a model to open. */
export const isModelFile = (/** @type {string} */ name) => /\.(latentscape|onnx|zip)$/i.test(name);

/** An error whose message is for people: printed without a stack. */
export class LaunchError extends Error {}

/** @param {string} command how this program is called */
const help = (command) => `Starts Latentscape.

  ${command} [MODEL]          in Electron when its runtime is there or can be fetched, else in an installed browser
  ${command} --host electron    in Electron, or not at all
  ${command} --host browser     in an installed Chromium, Chrome or Edge; without a display the address is printed
  ${command} --retry-electron   try again to fetch Electron's runtime after that has failed

A model (.latentscape, .onnx or .zip) is opened in Electron's window.

Options for the browser host:
  --port NUMBER                   serve on this port of 127.0.0.1 (default: any free one)
  --no-open                       print the address and open nothing

Environment:
  LATENTSCAPE_HOME                folder for trained models and settings
  CHROME_PATH                     the browser to open
  ELECTRON_OVERRIDE_DIST_PATH     folder with Electron's runtime
`;

// How long a window may be without connection (reloading, or handed over to a browser that was running already).
const RELOAD_MS = 3000;
const HANDOVER_MS = 10_000;

/** @typedef {{ host?: 'electron' | 'browser', port: number, open: boolean, retryElectron: boolean, models: string[] }} Options */

/**
 * Starts the app as its arguments say, and returns when it has ended, or when it serves an address.
 * @param {string[]} args
 * @param {string} command how this program is called, for sentences
 * @throws {LaunchError}
 */
export async function launch(args, command) {
  const options = readOptions(args, command);
  if (!options) {
    process.stdout.write(help(command));
    return;
  }
  const { default: envPaths } = await import('env-paths');
  const home = resolve(process.env.LATENTSCAPE_HOME || envPaths('latentscape').data);
  const isKept = canWrite(home);

  const noElectron = options.host === 'browser' ? 'asked for with --host' : await whyNotElectron(options, home);
  if (noElectron === null) {
    say(`Starting in Electron${isPackage ? '' : ` ${electronVersion()}`}.`);
    if (await startElectron(options)) return;
    say('Electron could not start; its messages are above.');
  } else if (options.host === 'electron') {
    throw new LaunchError(`Latentscape cannot start in Electron: ${noElectron}.`);
  }
  const profile = join(isKept ? home : tmpdir(), isKept ? 'browser' : `latentscape-browser-${process.pid}`);
  await startInBrowser(options, profile, noElectron ?? 'Electron could not start');
}

/** Whether the app's data can be kept; where not, it is said once, and models can still be looked at. @param {string} home */
function canWrite(home) {
  try {
    makeAll(home);
    accessSync(home, constants.W_OK);
    return true;
  } catch (error) {
    say(
      `Nothing can be kept in ${home} (${/** @type {NodeJS.ErrnoException} */ (error).code}): models can be looked at, but not trained. LATENTSCAPE_HOME names another folder.`,
    );
    return false;
  }
}

/**
 * Makes a folder, and those it lies in. Node's own way never ends below /proc, as in `main/engine/files/folder.ts`.
 * @param {string} folder
 */
function makeAll(folder) {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeAll(dirname(folder));
  mkdirSync(folder);
}

/** For people; stdout belongs to results. @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * @param {string[]} args
 * @param {string} command
 * @returns {Options | null} null: only help was asked for
 */
function readOptions(args, command) {
  let values;
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        host: { type: 'string' },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        'retry-electron': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    // Node's own sentence, without its advice about positional arguments.
    throw new LaunchError(
      `${/** @type {Error} */ (error).message.split('. ')[0]}. \`${command} --help\` lists the options.`,
    );
  }
  if (values.help) return null;
  const stranger = positionals.find((name) => !isModelFile(name));
  if (stranger !== undefined) {
    throw new LaunchError(`Unexpected argument '${stranger}'. \`${command} --help\` lists the options.`);
  }
  const { host } = values;
  if (host !== undefined && host !== 'electron' && host !== 'browser') {
    throw new LaunchError(`--host is either "electron" or "browser", not "${host}".`);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) {
    throw new LaunchError(`--port is a number from 0 (any free one) to 65535, not "${values.port}".`);
  }
  return { host, port, open: !values['no-open'], retryElectron: values['retry-electron'], models: positionals };
}

/**
 * Null when Electron can be started, else the reason why not.
 * @param {Options} options
 * @param {string} home
 */
async function whyNotElectron({ open, retryElectron, port, host }, home) {
  if (!hasDisplay()) return 'there is no display';
  if (host === undefined && (!open || port !== 0)) return '--port and --no-open are for it';
  if (findElectron()) return null;
  if (!existsSync(join(root, 'node_modules/electron'))) return 'its runtime is not installed';
  let told = false;
  const reason = await fetchElectron({
    memory: join(home, 'electron-refused.json'),
    retry: retryElectron,
    onProgress: (megabytes) => {
      if (process.stderr.isTTY) process.stderr.write(`\rFetching Electron's runtime… ${megabytes.toFixed(0)} MB`);
      else if (!told) say("Fetching Electron's runtime…");
      told = true;
    },
  });
  if (told && process.stderr.isTTY) process.stderr.write('\n');
  return reason && `its runtime could not be fetched (${reason}); --retry-electron tries again`;
}

/**
 * Runs the app in Electron until it ends, with its exit code. False when Electron could not start and another host may.
 * @param {Options} options
 */
async function startElectron({ host, models }) {
  const started = performance.now();
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const args = [
    ...(asRoot ? ['--no-sandbox'] : []),
    ...(isPackage ? [] : [root]),
    ...models.map((path) => resolve(path)),
  ];
  const electron = spawn(/** @type {string} */ (findElectron()), args, {
    stdio: 'inherit',
    // Its engine runs under this Node; and whatever started us, Electron is to be Electron.
    env: { ...process.env, LATENTSCAPE_NODE: process.execPath, ELECTRON_RUN_AS_NODE: undefined },
  });
  let asked = false;
  onStopRequest(() => {
    asked = true;
    electron.kill('SIGTERM');
    setTimeout(() => electron.kill('SIGKILL'), 5000).unref();
  });
  const code = await ended(electron);
  // Missing libraries, a forbidden sandbox, a display that does not answer: all end it at once.
  if (code !== 0 && !asked && host === undefined && performance.now() - started < 10_000) return false;
  process.exitCode = asked ? 0 : code;
  return true;
}

/**
 * Runs the app in the browser host until it is stopped or its window is closed.
 * @param {Options} options
 * @param {string} profile folder for the browser's own data
 * @param {string} why why not in Electron
 */
async function startInBrowser({ port, open }, profile, why) {
  const chromium = findChromium();
  const noWindow = !open
    ? '--no-open'
    : !hasDisplay()
      ? 'there is no display'
      : !chromium
        ? 'no Chrome, Chromium or Edge is installed'
        : null;
  say(`Starting in the browser host: ${why}.`);

  let windows = 0;
  let everConnected = false;
  /** @type {typeof import('../main/browser/main')} */
  const { startBrowserHost } = await import(pathToFileURL(join(root, 'dist/main/browser/main.js')).href);
  const host = await startBrowserHost({
    root,
    port,
    onWindows: (count) => {
      windows = count;
      everConnected ||= count > 0;
    },
  }).catch((error) => {
    throw new LaunchError(error.message);
  });

  /** @type {import('node:child_process').ChildProcess | null} */
  let browser = null;
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all([host.stop(), browser && closeBrowser(browser)]);
  };
  onStopRequest(() => void stop().then(() => process.exit(0)));

  if (noWindow === null && chromium) {
    say(`Opening it in ${chromium.name}. Close its window or press Ctrl-C to stop.`);
    browser = openApp(chromium, host.address, profile);
    const code = await ended(browser);
    if (stopping) return;
    for (let waited = 0; code === 0 && !everConnected && waited < HANDOVER_MS; waited += 100) await sleep(100);
    if (everConnected) {
      for (let gone = 0; gone < RELOAD_MS; gone = windows > 0 ? 0 : gone + 100) await sleep(100);
      if (stopping) return;
      say('The window was closed.');
      await stop();
      process.exit(0);
    }
    say(`${chromium.name} could not open a window.`);
  }
  say(`Open this address in a browser (${noWindow ?? 'it works once'}; press Ctrl-C to stop):`);
  process.stdout.write(`${host.address}\n`);
  if (process.env.SSH_CONNECTION) {
    const [, , machine] = process.env.SSH_CONNECTION.split(' ');
    const local = new URL(host.address).port;
    say(`From the machine you sit at, first run: ssh -N -L ${local}:127.0.0.1:${local} ${machine}`);
  }
}

/**
 * The exit code of a program; 1 when a signal ended it or it could not be started.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
function ended(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Closes the browser we opened; resolves when it has gone.
 * @param {import('node:child_process').ChildProcess} browser
 */
async function closeBrowser(browser) {
  if (browser.exitCode !== null || browser.signalCode !== null || browser.pid === undefined) return;
  const gone = ended(browser);
  browser.kill();
  const timer = setTimeout(() => browser.kill('SIGKILL'), 2000);
  await gone;
  clearTimeout(timer);
}

/** Whether a window can be shown here. */
function hasDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION } = process.env;
  if (process.platform === 'linux') return Boolean(DISPLAY || WAYLAND_DISPLAY);
  return process.platform === 'win32' || !SSH_CONNECTION;
}

/**
 * Calls `stop` at the first Ctrl-C, termination, closed terminal or end of npm; a later one ends this process at once.
 * @param {() => void} stop
 */
function onStopRequest(stop) {
  let asked = Infinity;
  const request = () => {
    if (asked === Infinity) {
      asked = performance.now();
      stop();
      // One Ctrl-C arrives twice: from the terminal, and passed on by npm.
    } else if (performance.now() - asked > 500) process.exit(1);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, request);
  onLauncherGone(request);
}
