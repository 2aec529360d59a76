// Finds an installed Chromium, Chrome or Edge, and opens the app in it.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {{ path: string, name: string }} Chromium */

/** Every place where one may be, best first. `CHROME_PATH` goes before all. @returns {Chromium[]} */
function candidates() {
  const { env, platform } = process;
  const own = env.CHROME_PATH ? [{ path: env.CHROME_PATH, name: basename(env.CHROME_PATH) }] : [];
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
    return own.concat(
      ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        apps.map((name) => ({ path: join(folder, `${name}.app/Contents/MacOS/${name}`), name })),
      ),
    );
  }
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(
      (folder) => folder !== undefined,
    );
    const apps = [
      { path: 'Google/Chrome/Application/chrome.exe', name: 'Google Chrome' },
      { path: 'Chromium/Application/chrome.exe', name: 'Chromium' },
      { path: 'Microsoft/Edge/Application/msedge.exe', name: 'Microsoft Edge' },
    ];
    return own.concat(folders.flatMap((folder) => apps.map(({ path, name }) => ({ path: join(folder, path), name }))));
  }
  const commands = [
    { command: 'google-chrome-stable', name: 'Google Chrome' },
    { command: 'google-chrome', name: 'Google Chrome' },
    { command: 'chromium', name: 'Chromium' },
    { command: 'chromium-browser', name: 'Chromium' },
    { command: 'microsoft-edge-stable', name: 'Microsoft Edge' },
    { command: 'microsoft-edge', name: 'Microsoft Edge' },
  ];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return own.concat(
    commands.flatMap(({ command, name }) => folders.map((folder) => ({ path: join(folder, command), name }))),
  );
}

/** The best installed one, or null. @returns {Chromium | null} */
export function findChromium() {
  return candidates().find(({ path }) => isExecutable(path)) ?? null;
}

/**
 * Opens `address` as an app: a window of its own without tabs and address bar, with its own profile. Every user of a
 * machine can read the command lines of all programs, so the address is not on it: a file that only this user can read
 * leads there. It is removed when the browser ends.
 * @param {Chromium} chromium
 * @param {string} address
 * @param {string} home folder for the browser's own data
 */
export function openApp({ path }, address, home) {
  const profile = isSnap(path) ? join(homedir(), 'snap/chromium/common/latentscape') : home;
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const door = join(profile, `open-${randomUUID()}.html`);
  writeFileSync(door, `<meta http-equiv="refresh" content="0; url=${address}">`, { mode: 0o600, flag: 'wx' });
  const browser = spawn(
    path,
    [
      `--app=${pathToFileURL(door)}`,
      `--user-data-dir=${profile}`,
      '--window-size=1440,900',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-background-networking',
      '--disable-sync',
      // Chromium's sandbox refuses to run as root, and its graphics process hangs in containers; --test-type: without a warning.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu-sandbox', '--test-type'] : []),
    ],
    { stdio: 'ignore' },
  );
  const close = () => rmSync(door, { force: true });
  browser.once('exit', close).once('error', close);
  process.once('exit', close);
  return browser;
}

/** A snap may not write to hidden folders of the home directory, where profiles usually lie. @param {string} path */
function isSnap(path) {
  return process.platform === 'linux' && (path.startsWith('/snap/') || realpathSync(path).endsWith('/snap'));
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
