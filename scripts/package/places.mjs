// Where electron-builder puts an unpacked app.
import { join } from 'node:path';
import { root } from '../root.mjs';

/** @param {'linux' | 'mac' | 'win'} platform @param {string} arch */
function packedFolder(platform, arch) {
  return join(
    root,
    'release',
    `${platform}${arch === 'x64' ? '' : `-${arch}`}${platform === 'mac' ? '' : '-unpacked'}`,
  );
}

/** @param {'linux' | 'mac' | 'win'} platform @param {string} arch */
export function packedProgram(platform, arch) {
  const program = {
    linux: 'latentscape-app',
    mac: 'Latentscape.app/Contents/MacOS/Latentscape',
    win: 'Latentscape.exe',
  };
  return join(packedFolder(platform, arch), program[platform]);
}

/** @param {'linux' | 'mac' | 'win'} platform @param {string} arch */
export function packedResources(platform, arch) {
  return join(packedFolder(platform, arch), platform === 'mac' ? 'Latentscape.app/Contents/Resources' : 'resources');
}
