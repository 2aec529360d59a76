// A folder that looks like Electron's runtime and runs nothing: packages can be made and looked at where it cannot be had.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from '../root.mjs';

// Where fuses lie in Electron's program: a known word, a version, their number, and one character each.
const FUSES = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('101111111'),
]);

const SCRIPT = '#!/bin/sh\necho "no Electron here" >&2\nexit 1\n#';

const PROGRAM = { linux: 'electron', win: 'electron.exe', mac: 'Electron.app/Contents/MacOS/Electron' };

/**
 * @param {'linux' | 'mac' | 'win'} platform
 * @param {string} staged folder with what a package has beside Electron
 * @returns {Promise<string>} the folder
 */
export async function makeStandIn(platform, staged) {
  const folder = join(root, 'release/stand-in', platform);
  await rm(folder, { recursive: true, force: true });
  const program = join(folder, PROGRAM[platform]);
  await mkdir(dirname(program), { recursive: true });
  // Windows keeps the archive's hash in the program itself, which must be one
  const own = platform === 'win' ? unsigned(await readFile(join(staged, 'node.exe'))) : Buffer.from(SCRIPT);
  await writeFile(program, Buffer.concat([own, FUSES]));
  await chmod(program, 0o755);
  if (platform === 'mac') await makeMacParts(join(folder, 'Electron.app/Contents'));
  for (const [name, text] of [
    ['LICENSE', 'Electron’s licence'],
    ['LICENSES.chromium.html', '<p>Chromium’s licences</p>'],
    ['version', '0.0.0'],
    ['locales/en-US.pak', ''],
    ['locales/zh-CN.pak', ''],
    ['resources/placeholder', ''],
  ]) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/**
 * A program of Windows whose header names no signature: one that is signed must not be changed.
 * (PE format: the header's place at 0x3c, data directories 112 bytes into the optional header of a 64-bit one, the fifth of
 * them the certificates.)
 * @param {Buffer} program
 */
function unsigned(program) {
  const optionalHeader = program.readUInt32LE(0x3c) + 24;
  if (program.readUInt16LE(optionalHeader) !== 0x20b) throw new Error('This is no 64-bit program of Windows.');
  return program.fill(0, optionalHeader + 112 + 4 * 8, optionalHeader + 112 + 5 * 8);
}

const HELPERS = ['Electron Helper', 'Electron Helper (GPU)', 'Electron Helper (Plugin)', 'Electron Helper (Renderer)'];

/** @param {string} name of a program of macOS */
const description = (name) =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>' +
  `<key>CFBundleExecutable</key><string>${name}</string><key>CFBundleName</key><string>${name}</string></dict></plist>\n`;

/** What packing looks for in Electron's app for macOS: descriptions, helpers, and the framework that holds its fuses. */
async function makeMacParts(/** @type {string} */ contents) {
  const files = [
    ['Info.plist', description('Electron')],
    ['Frameworks/Electron Framework.framework/Electron Framework', FUSES],
    ['Frameworks/Electron Framework.framework/Versions/A/Resources/en.lproj/locale.pak', ''],
    ['Frameworks/Electron Framework.framework/Versions/A/Resources/zh_CN.lproj/locale.pak', ''],
    ...HELPERS.flatMap((name) => [
      [`Frameworks/${name}.app/Contents/Info.plist`, description(name)],
      [`Frameworks/${name}.app/Contents/MacOS/${name}`, SCRIPT],
    ]),
  ];
  for (const [name, content] of files) {
    await mkdir(dirname(join(contents, String(name))), { recursive: true });
    await writeFile(join(contents, String(name)), content);
  }
}
