// The licences of everything a package contains, as they ask for.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.mjs';

/** Packages that are compiled into the page, and so are in no folder of their own. */
const IN_PAGE = ['svelte', 'three', 'uplot', 'katex', 'i18next', '@fontsource-variable/inter'];

/** @param {string} folder with `node_modules` @returns {Promise<string>} */
export async function notices(folder) {
  const installed = await packagesIn(join(folder, 'node_modules'));
  const texts = [];
  for (const path of [...installed, ...IN_PAGE.map((name) => join(root, 'node_modules', name))].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
    const files = (await readdir(path))
      .filter((file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file))
      .sort();
    const parts = await Promise.all(files.map((file) => readFile(join(path, file), 'utf8').catch(() => '')));
    texts.push([`${name} ${version} (${license ?? 'see below'})`, ...parts.map((text) => text.trim())].join('\n\n'));
  }
  const own =
    'Node.js: MIT and others, https://github.com/nodejs/node/blob/main/LICENSE. Electron and Chromium: see beside the program.';
  return ['Latentscape contains the following works.', own, ...texts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

/** @param {string} modules @returns {Promise<string[]>} */
async function packagesIn(modules) {
  const found = [];
  for (const name of await readdir(modules)) {
    if (name.startsWith('.')) continue;
    const path = join(modules, name);
    if (name.startsWith('@')) {
      for (const inner of await readdir(path)) found.push(join(path, inner));
    } else found.push(path);
  }
  return found;
}
