import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import packageJson from '../../../package.json';
import type { SettingsRequests } from '../../contract';
import { makeFolder, readText } from '../files';
import { showInFolder } from '../home/show-folder';
import { env } from '../onnxruntime';
import type { Connection } from './connection';

/** Beside the built app, where a package has it. */
const NOTICES = path.resolve(import.meta.dirname, '../../../THIRD-PARTY-NOTICES.txt');

export function settingsRequests({ home, library, settings }: Connection): SettingsRequests {
  return {
    settings: () => settings.read(),
    changeSettings: (change) => settings.change(change),

    about: async () => ({
      version: packageJson.version,
      parts: { 'ONNX Runtime': env.versions.node ?? '', 'Node.js': process.versions.node },
      cores: os.availableParallelism(),
      home,
      models: library.folder,
    }),

    licences: async () => (existsSync(NOTICES) ? readText(NOTICES) : null),

    async showAppFolder(which) {
      const folder = which === 'home' ? home : library.folder;
      await makeFolder(folder);
      await showInFolder(path.join(folder, '.'));
    },
  };
}
