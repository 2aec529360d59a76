// Called by electron-builder with every unpacked app: fails the build when something a person would miss is not in it.
import { existsSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { SetupError } from '../setup.mjs';
import { importsOf, isSystemLibrary, machineOf } from './natives.mjs';

/** Largest size of all that is ours in an unpacked app, MB; Electron itself comes on top of it. */
const MOST_MB = { linux: 300, mac: 290, win: 300 };

const NEEDED = [
  'bin/latentscape.mjs',
  'dist/main/cli.js',
  'dist/main/engine/process.js',
  'dist/renderer/index.html',
  'models/faces-vae/decoder.onnx',
  'models/portraits-vae/decoder.onnx',
  'package.json',
  'LICENSE',
  'THIRD-PARTY-NOTICES.txt',
];

/** @param {import('electron-builder').AfterPackContext} context */
export default async function afterPack({ appOutDir, electronPlatformName, arch, packager }) {
  const platform = /** @type {keyof typeof MOST_MB} */ (
    { linux: 'linux', darwin: 'mac', win32: 'win' }[electronPlatformName]
  );
  const { Arch } = await import('electron-builder');
  const resources = packager.getResourcesDir(appOutDir);
  const faults = await faultsOf(join(resources, 'latentscape'), platform, Arch[arch]);
  if (!existsSync(join(resources, 'app.asar'))) faults.push('the host (app.asar) is missing');
  if (faults.length > 0)
    throw new SetupError(`The package for ${platform}-${Arch[arch]} is not whole:\n  ${faults.join('\n  ')}`);
}

/**
 * What is wrong with an app as it is packed; its size is printed.
 * @param {string} folder with `bin`, `dist`, `models` and `node_modules`
 * @param {keyof typeof MOST_MB} platform
 * @param {string} arch
 * @returns {Promise<string[]>}
 */
export async function faultsOf(folder, platform, arch) {
  const machine = `${platform}-${arch}`;
  const os = { linux: 'linux', mac: 'darwin', win: 'win32' }[platform];
  const program = platform === 'win' ? 'node.exe' : 'node';
  const sharp = join('node_modules/@img', `sharp-${os}-${arch}`);
  const binding = join('node_modules/onnxruntime-node/bin/napi-v6', os, arch, 'onnxruntime_binding.node');
  const faults = [...NEEDED, program, sharp, binding]
    .filter((name) => !existsSync(join(folder, name)))
    .map((name) => `${name} is missing`);
  if (!existsSync(folder)) return [`${folder} is missing`];

  let bytes = 0;
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { size } = await stat(file);
    bytes += size;
    const [top] = relative(folder, file).split(/[\\/]/);
    sizes[top] = (sizes[top] ?? 0) + size;
    const found = machineOf(await start(file));
    if (found && found !== machine) faults.push(`${relative(folder, file)} is for ${found}`);
    if (found === machine && platform === 'win' && /\.(node|dll)$/.test(file))
      faults.push(...(await unmet(file, folder)));
  }
  const megabytes = Math.round(bytes / 1e6);
  const parts = Object.entries(sizes)
    .filter(([, size]) => size > 1e6)
    .map(([name, size]) => `${name} ${Math.round(size / 1e6)}`);
  console.log(`${machine}: ${megabytes} MB beside Electron (${parts.join(', ')})`);
  if (megabytes > MOST_MB[platform]) faults.push(`it has ${megabytes} MB, more than ${MOST_MB[platform]}`);
  return faults;
}

/** Libraries that a Windows library imports and that neither Windows nor its own folder has. */
async function unmet(/** @type {string} */ file, /** @type {string} */ folder) {
  const beside = new Set((await readdir(dirname(file))).map((name) => name.toLowerCase()));
  const sharp = (await readdir(join(folder, 'node_modules/@img'))).find((name) => name.startsWith('sharp-win32'));
  const libraries = sharp ? await readdir(join(folder, 'node_modules/@img', sharp, 'lib')).catch(() => []) : [];
  for (const name of libraries) beside.add(name.toLowerCase());
  return importsOf(await readFile(file))
    .filter((name) => !isSystemLibrary(name) && !beside.has(name.toLowerCase()))
    .map((name) => `${relative(folder, file)} needs ${name}, which is not beside it`);
}

/** The first kilobytes of a file. */
async function start(/** @type {string} */ file) {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
  await handle.close();
  return buffer.subarray(0, bytesRead);
}
