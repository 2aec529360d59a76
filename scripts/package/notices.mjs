// The licences of everything that is shipped, as they ask for: the packages that are installed with the app, and those
// that are compiled into its page. `THIRD-PARTY-NOTICES.txt` is made by `npm run notices`; a test says when it is old.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.mjs';

export const NOTICES = 'THIRD-PARTY-NOTICES.txt';
/** Names of the packages in the page, written by `scripts/compile.mjs`. */
export const PAGE_PACKAGES = 'dist/page-packages.json';

/** A peer that only types of another package ask for: packages are made without it. */
const LEFT_OUT = ['node_modules/typescript'];

const RULE = `\n\n${'-'.repeat(80)}\n\n`;

/** @typedef {{ version: string, license?: string, dev?: boolean, optional?: boolean }} Locked */

/** The whole text, the same on every system. Needs a built app. @returns {Promise<string>} */
export async function notices() {
  const packages = await locked();
  const inPage = JSON.parse(await readFile(join(root, PAGE_PACKAGES), 'utf8'));
  const shipped = packages.filter(
    ([path, { dev, optional }]) => inPage.includes(path) || !(dev || optional || LEFT_OUT.includes(path)),
  );
  const someSystems = packages.filter(([, { optional, dev }]) => optional && !dev);
  const texts = [];
  for (const [path] of shipped) texts.push(await textOf(join(root, path)));
  return (
    [
      'Latentscape contains the following works.',
      'Packages of the app also contain Node.js (MIT and others, https://github.com/nodejs/node/blob/main/LICENSE), and\nElectron and Chromium, whose notices lie beside the program.',
      `On some systems, with their licences in their own folders:\n\n${someSystems
        .map(([path, { version, license }]) => `${nameOf(path)} ${version} (${license})`)
        .join('\n')}`,
      ...texts,
    ].join(RULE) + '\n'
  );
}

/** The texts of the packages for one system that are installed in `folder`. @param {string} folder @returns {Promise<string>} */
export async function systemNotices(folder) {
  const texts = [];
  for (const [path, { optional, dev }] of await locked()) {
    if (optional && !dev && existsSync(join(folder, path))) texts.push(await textOf(join(folder, path)));
  }
  return texts.map((text) => RULE + text).join('');
}

/** Packages by their folders, in order. @returns {Promise<[string, Locked][]>} */
async function locked() {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).filter(([path]) => path !== '');
}

/** @param {string} path */
const nameOf = (path) => path.split('node_modules/').at(-1);

/** @param {string} folder of a package @returns {Promise<string>} */
async function textOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice|third.?party)/i.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const parts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const texts = parts.map((text) => text.replaceAll('\r\n', '\n').trim());
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts].join('\n\n');
}
