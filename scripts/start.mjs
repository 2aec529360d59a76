// `npm start`: sets up, picks a host, starts it, and stops everything it has started.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium, openApp } from './chromium.mjs';
import { electronVersion, fetchElectron, findElectron } from './electron-runtime.mjs';
import { onLauncherGone } from './launcher.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, say, SetupError } from './setup.mjs';

const HELP = `Starts Latentscape.

  npm start                       in Electron when its runtime is there or can be fetched, else in an installed browser
  npm start -- --host electron    in Electron, or not at all
  npm start -- --host browser     in an installed Chromium, Chrome or Edge; without a display the address is printed
  npm start -- --retry-electron   try again to fetch Electron's runtime after that has failed

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

/** @typedef {{ host?: 'electron' | 'browser', port: number, open: boolean, retryElectron: boolean }} Options */

void runScript(async () => {
  const options = readOptions();
  if (!options) {
    process.stdout.write(HELP);
    return;
  }
  await ensureDependencies();
  await ensureBuild();
  const { default: envPaths } = await import('env-paths');
  const home = process.env.LATENTSCAPE_HOME ?? envPaths('latentscape').data;

  const noElectron = options.host === 'browser' ? 'asked for with --host' : await whyNotElectron(options, home);
  if (noElectron === null) {
    say(`Starting in Electron ${electronVersion()}.`);
    if (await startElectron(options)) return;
    say('Electron could not start; its messages are above.');
  } else if (options.host === 'electron') {
    throw new SetupError(`Latentscape cannot start in Electron: ${noElectron}.`);
  }
  await startInBrowser(options, home, noElectron ?? 'Electron could not start');
});

/** @returns {Options | null} null: only help was asked for */
function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
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
    throw new SetupError(
      `${/** @type {Error} */ (error).message.split('. ')[0]}. \`npm start -- --help\` lists the options.`,
    );
  }
  if (values.help) return null;
  const { host } = values;
  if (host !== undefined && host !== 'electron' && host !== 'browser') {
    throw new SetupError(`--host is either "electron" or "browser", not "${host}".`);
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) {
    throw new SetupError(`--port is a number from 0 (any free one) to 65535, not "${values.port}".`);
  }
  return { host, port, open: !values['no-open'], retryElectron: values['retry-electron'] };
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
async function startElectron({ host }) {
  const started = performance.now();
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const electron = spawn(/** @type {string} */ (findElectron()), [...(asRoot ? ['--no-sandbox'] : []), root], {
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
 * @param {string} home
 * @param {string} why why not in Electron
 */
async function startInBrowser({ port, open }, home, why) {
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
    throw new SetupError(error.message);
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
    browser = openApp(chromium, host.address, join(home, 'browser'));
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
