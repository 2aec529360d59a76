// Gathers what a package has beside Electron and its host: command, engine, page, models, and the Node that runs them,
// with the packages of one system alone. The engine finds it as it finds the project.
import { spawn } from 'node:child_process';
import { appendFile, chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../root.mjs';
import { SetupError } from '../setup.mjs';
import { importsOf, isSystemLibrary } from './natives.mjs';
import { NOTICES, systemNotices } from './notices.mjs';

/** The Node that runs the engine in packages; it is published for every system we package for. */
export const NODE_VERSION = '22.23.2';

const NPM_OS = { linux: 'linux', mac: 'darwin', win: 'win32' };

/** @param {string} platform @param {string} arch */
export const stageFolder = (platform, arch) => join(root, 'release/stage', `${platform}-${arch}`);

/**
 * @param {'linux' | 'mac' | 'win'} platform
 * @param {string} arch
 */
export async function stage(platform, arch) {
  const folder = stageFolder(platform, arch);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of ['bin', 'dist', 'models', 'LICENSE', NOTICES, 'package.json', 'package-lock.json']) {
    await cp(join(root, name), join(folder, name), {
      recursive: true,
      filter: (file) => !/\.map$|\/(\.stamp|page-packages\.json)$/.test(file),
    });
  }
  const os = NPM_OS[platform];
  const target = [`--os=${os}`, `--cpu=${arch}`, ...(platform === 'linux' ? ['--libc=glibc'] : [])];
  await npm(folder, ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...target]);
  await rm(join(folder, 'package-lock.json'));
  await prune(join(folder, 'node_modules'), os, arch);
  await addNode(folder, platform, arch);
  if (platform === 'win') await addRuntimeLibraries(folder);
  await appendFile(join(folder, NOTICES), await systemNotices(folder));
}

/** Leaves out what never runs: libraries of other systems, types, maps and documents. */
async function prune(/** @type {string} */ modules, /** @type {string} */ os, /** @type {string} */ arch) {
  const natives = join(modules, 'onnxruntime-node/bin/napi-v6');
  for (const system of await readdir(natives)) {
    for (const processor of await readdir(join(natives, system))) {
      if (system !== os || processor !== arch) await rm(join(natives, system, processor), { recursive: true });
    }
    if (system !== os) await rm(join(natives, system), { recursive: true });
  }
  if (os === 'darwin') {
    // the same library twice; the binding loads the one with the short name
    await rm(join(natives, os, arch, 'libonnxruntime.1.30.0.dylib'), { force: true });
  }
  // a peer that only types of another package ask for
  for (const name of ['.bin', 'typescript']) await rm(join(modules, name), { recursive: true, force: true });
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
    const isNotice = /^(licen[cs]e|copying|notice)/i.test(entry.name);
    if (entry.isFile() && !isNotice && /\.(map|md|markdown|ts|mts|cts)$/.test(entry.name)) {
      await rm(join(entry.parentPath, entry.name));
    }
  }
}

/** A Node binary is an npm package. */
async function addNode(/** @type {string} */ folder, /** @type {string} */ platform, /** @type {string} */ arch) {
  const name = platform === 'mac' ? `node-bin-darwin-${arch}` : `node-${platform}-${arch}`;
  const scratch = join(folder, '.node');
  await mkdir(scratch);
  await writeFile(join(scratch, 'package.json'), '{ "private": true }');
  await npm(scratch, [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--force',
    `${name}@${NODE_VERSION}`,
  ]);
  const program = platform === 'win' ? 'node.exe' : 'node';
  await copyFile(join(scratch, 'node_modules', name, 'bin', program), join(folder, program));
  await chmod(join(folder, program), 0o755);
  await rm(scratch, { recursive: true });
}

/** Windows does not bring the C++ runtime: what the native libraries import is put beside them. */
async function addRuntimeLibraries(/** @type {string} */ folder) {
  if (process.platform !== 'win32') return; // only Windows has them; the check after packing says so
  const system = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
  for (const entry of await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(node|dll)$/.test(entry.name)) continue;
    const beside = new Set((await readdir(entry.parentPath)).map((name) => name.toLowerCase()));
    for (const name of importsOf(await readFile(join(entry.parentPath, entry.name)))) {
      if (isSystemLibrary(name) || beside.has(name.toLowerCase())) continue;
      await copyFile(join(system, name), join(entry.parentPath, basename(name)));
    }
  }
}

/** @param {string} cwd @param {string[]} args */
async function npm(cwd, args) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const code = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  if (code !== 0) throw new SetupError(`npm ${args[0]} failed for the package:\n${errors.trim()}`);
}
