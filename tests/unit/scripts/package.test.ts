import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { faultsOf } from '../../../scripts/package/after-pack.mjs';
import { importsOf, isSystemLibrary, machineOf } from '../../../scripts/package/natives.mjs';
import { makeIcons } from '../../../scripts/package/icons.mjs';
import { root } from '../../../scripts/root.mjs';
import { temporaryFolder } from '../temporary';

const natives = join(root, 'node_modules/onnxruntime-node/bin/napi-v6');
const library = (path: string) => readFileSync(join(natives, path));

describe('a native library', () => {
  it('says which machine it is for', () => {
    expect(machineOf(library('linux/x64/onnxruntime_binding.node'))).toBe('linux-x64');
    expect(machineOf(library('linux/arm64/onnxruntime_binding.node'))).toBe('linux-arm64');
    expect(machineOf(library('darwin/arm64/onnxruntime_binding.node'))).toBe('mac-arm64');
    expect(machineOf(library('win32/x64/onnxruntime_binding.node'))).toBe('win-x64');
    expect(machineOf(library('win32/arm64/onnxruntime_binding.node'))).toBe('win-arm64');
    expect(
      machineOf(Buffer.from('MZ is how this text begins, and it goes on for more than sixty-four bytes.')),
    ).toBeNull();
  });

  it('of Windows says what it needs: the C++ runtime is not part of Windows', () => {
    const needed = importsOf(library('win32/x64/onnxruntime_binding.node'));
    expect(needed).toContain('onnxruntime.dll');
    const runtime = needed.filter((name) => !isSystemLibrary(name) && name !== 'onnxruntime.dll');
    expect(runtime.map((name) => name.toUpperCase())).toEqual(
      expect.arrayContaining(['MSVCP140.DLL', 'VCRUNTIME140.DLL']),
    );
    expect(importsOf(library('linux/x64/onnxruntime_binding.node'))).toEqual([]);
  });
});

it('the icon is a picture in every size that macOS and Windows ask for', async () => {
  const { icns, ico } = await makeIcons(await temporaryFolder());
  const apple = readFileSync(icns);
  expect(apple.toString('latin1', 0, 4)).toBe('icns');
  expect(apple.readUInt32BE(4)).toBe(apple.length);
  const sizes: number[] = [];
  for (let at = 8; at < apple.length; at += apple.readUInt32BE(at + 4)) {
    const { width, height } = await sharp(apple.subarray(at + 8, at + apple.readUInt32BE(at + 4))).metadata();
    expect(height).toBe(width);
    sizes.push(width);
  }
  expect(sizes).toEqual([128, 256, 512, 32, 64, 256, 512]);

  const windows = readFileSync(ico);
  expect([windows.readUInt16LE(0), windows.readUInt16LE(2), windows.readUInt16LE(4)]).toEqual([0, 1, 6]);
  for (let n = 0; n < 6; n++) {
    const entry = windows.subarray(6 + 16 * n, 22 + 16 * n);
    const image = windows.subarray(entry.readUInt32LE(12), entry.readUInt32LE(12) + entry.readUInt32LE(8));
    const { width, height, format } = await sharp(image).metadata();
    expect([width % 256, height % 256, format]).toEqual([entry[0], entry[1], 'png']);
  }
});

describe('what is packed', () => {
  let app: string;
  const binding = (system: string) => `node_modules/onnxruntime-node/bin/napi-v6/${system}/onnxruntime_binding.node`;
  const add = async (name: string, content: Buffer | string = '') => {
    await mkdir(dirname(join(app, name)), { recursive: true });
    await writeFile(join(app, name), content);
  };

  beforeEach(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    app = await temporaryFolder();
    for (const name of [
      'bin/latentscape.mjs',
      'dist/main/cli.js',
      'dist/main/engine/process.js',
      'dist/renderer/index.html',
      'models/faces-vae/decoder.onnx',
      'models/portraits-vae/decoder.onnx',
      'package.json',
      'LICENSE',
      'THIRD-PARTY-NOTICES.txt',
      'node',
      'node_modules/@img/sharp-linux-x64/package.json',
    ]) {
      await add(name);
    }
    await add(binding('linux/x64'), library('linux/x64/onnxruntime_binding.node'));
  });

  it('is whole', async () => {
    expect(await faultsOf(app, 'linux', 'x64')).toEqual([]);
  });

  it('lacks nothing', async () => {
    await rm(join(app, 'node_modules/@img'), { recursive: true });
    await rm(join(app, 'node'));
    const faults = await faultsOf(app, 'linux', 'x64');
    expect(faults).toEqual(['node is missing', expect.stringContaining('sharp-linux-x64 is missing')]);
  });

  it('has nothing of other systems', async () => {
    await add(binding('win32/x64'), library('win32/x64/onnxruntime_binding.node'));
    expect(await faultsOf(app, 'linux', 'x64')).toEqual([expect.stringContaining('is for win-x64')]);
  });

  it('has the libraries that Windows does not bring', async () => {
    await rm(join(app, 'node_modules'), { recursive: true });
    await add('node.exe');
    await add('node_modules/@img/sharp-win32-x64/package.json');
    await add(binding('win32/x64'), library('win32/x64/onnxruntime_binding.node'));
    await add('node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll');
    const faults = await faultsOf(app, 'win', 'x64');
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every((fault) => /needs (MSVCP|VCRUNTIME)140\S*\.dll/i.test(fault))).toBe(true);
    for (const fault of faults) {
      const [, name] = /needs (\S+),/.exec(fault)!;
      await add(`node_modules/onnxruntime-node/bin/napi-v6/win32/x64/${name}`);
    }
    expect(await faultsOf(app, 'win', 'x64')).toEqual([]);
  });
});

it('the npm package has what runs and no sources', () => {
  const { files, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    files: string[];
    bin: Record<string, string>;
  };
  expect(files).toEqual(expect.arrayContaining(['bin', 'dist', 'models', '!**/*.map']));
  expect(files.some((name) => /main|renderer|tests|scripts/.test(name))).toBe(false);
  expect(existsSync(join(root, bin.latentscape))).toBe(true);
  // what is started from there may import nothing that is not there
  for (const file of readdirSync(join(root, 'bin')).filter((name) => name.endsWith('.mjs'))) {
    const imports = readFileSync(join(root, 'bin', file), 'utf8').matchAll(/^import .* from '(\..*)'/gm);
    for (const [, path] of imports) expect(path.startsWith('./'), `${file} imports ${path}`).toBe(true);
  }
});
