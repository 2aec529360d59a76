/** A model's folder among others: which of its files are ours, by the sums in its manifest. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { type FolderKind, unchanged } from '../files';
import { FILM } from './files/training-film';
import { LABELS } from './files/labels';
import { NAMES } from './files/names';
import { folderSource, LOG_VARIANCES, MANIFEST } from './source';

const FILES = [
  ...[MANIFEST, 'decoder.onnx', 'encoder.onnx', 'codes.npy', LOG_VARIANCES, NAMES, LABELS, 'faces.json'],
  ...Object.values(FILM),
];
const THUMBNAILS = /^thumbnails(-\d+)?\.webp$/;

export const MODEL_FOLDER: FolderKind = {
  what: 'folder.model',
  named: (name) => FILES.includes(name) || THUMBNAILS.test(name),
  async ours(folder, names) {
    const source = await folderSource(folder).catch(() => null);
    if (!source) return new Set();
    const ours = (await unchanged(folder, names, source.manifest.files)).add(MANIFEST);
    // Added later, and before the manifest knows of them: a kill may come in between. They can be made again.
    for (const name of names) if (THUMBNAILS.test(name) && (await isWebp(path.join(folder, name)))) ours.add(name);
    return ours;
  },
};

async function isWebp(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.toString('latin1', 0, 4) === 'RIFF' && buffer.toString('latin1', 8, 12) === 'WEBP';
  } finally {
    await handle.close();
  }
}
