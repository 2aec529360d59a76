// `npm run package`: installers for this system, or with --dir the app as it would be installed.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeIcons } from './package/icons.mjs';
import { makeStandIn } from './package/stand-in.mjs';
import { stage, stageFolder } from './package/stage.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript, say, SetupError } from './setup.mjs';

const USAGE = `npm run package -- [--dir] [--platform linux|mac|win] [--arch x64|arm64] [--stand-in]

  --dir        the app as it would be installed, without an installer around it
  --platform   for another system than this one: only with --dir, to look at what would be in it
  --stand-in   with an empty folder in place of Electron's runtime, for machines that cannot fetch it`;

const HERE = { linux: 'linux', darwin: 'mac', win32: 'win' };
/** What there are native libraries for. */
const TARGETS = ['linux-x64', 'linux-arm64', 'mac-arm64', 'win-x64', 'win-arm64'];

void runScript(async () => {
  const options = readOptions();
  if (!options) return void console.log(USAGE);
  const { platform, arch, dir, standIn } = options;
  const { homepage } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (platform === 'linux' && !dir && !homepage) {
    throw new SetupError('A deb names the page of its project: set it first (npm pkg set homepage=ADDRESS).');
  }
  await ensureDependencies();
  await ensureBuild();
  say(`Gathering what ${platform}-${arch} needs…`);
  await stage(platform, arch);
  const { build, Platform, Arch, DIR_TARGET } = await import('electron-builder');
  const system = { linux: Platform.LINUX, mac: Platform.MAC, win: Platform.WINDOWS }[platform];
  const { icns, ico } = await makeIcons(join(root, 'release/icons'));
  const out = await build({
    projectDir: root,
    targets: system.createTarget(dir ? DIR_TARGET : undefined, Arch[/** @type {'x64' | 'arm64'} */ (arch)]),
    publish: 'never',
    config: {
      extends: join(root, 'electron-builder.yml'),
      mac: { icon: icns },
      win: { icon: ico, ...(standIn && { signAndEditExecutable: false }) },
      ...(standIn && { electronDist: await makeStandIn(platform, stageFolder(platform, arch)) }),
    },
  });
  for (const file of out) say(file);
});

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        dir: { type: 'boolean', default: false },
        platform: { type: 'string', default: HERE[/** @type {keyof typeof HERE} */ (process.platform)] },
        arch: { type: 'string', default: process.arch },
        'stand-in': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new SetupError(`${/** @type {Error} */ (error).message.split('. ')[0]}.\n${USAGE}`);
  }
  if (values.help) return null;
  const { platform, arch, dir } = values;
  if (!TARGETS.includes(`${platform}-${arch}`)) {
    throw new SetupError(`There are no native libraries for ${platform}-${arch}. There are for ${TARGETS.join(', ')}.`);
  }
  if (platform !== HERE[/** @type {keyof typeof HERE} */ (process.platform)] && !dir) {
    throw new SetupError(
      `An installer for ${platform} is made on ${platform}. With --dir one can look at what is in it.`,
    );
  }
  return { platform: /** @type {'linux' | 'mac' | 'win'} */ (platform), arch, dir, standIn: values['stand-in'] };
}
