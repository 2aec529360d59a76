/** Where the files of a model lie: a folder, or the same folder zipped. */
import path from 'node:path';
import { unzipSync } from 'fflate';
import { UserError } from '../../contract';
import { readFailure, readText, readWhole, sha256 } from '../files';
import { whyNoModelZip } from './no-onnx';
import { type Manifest, parseManifest } from './files/manifest';

export const MANIFEST = 'model.json';
/** Log-variances of the posteriors whose means are `codes.npy`. */
export const LOG_VARIANCES = 'log-variances.npy';

/** A model whose manifest has been read. Other files are verified when they are read. */
export interface Source {
  manifest: Manifest;
  /** The model's folder; null for a zipped one, which nothing can be added to. */
  folder: string | null;
  /**
   * A file that the manifest lists; null for one it does not list.
   * @throws UserError `bad-model` when it is missing or not the file that was written
   */
  read(name: string): Promise<Uint8Array | null>;
}

/** @throws UserError `not-found` | `bad-model` */
export async function folderSource(folder: string): Promise<Source> {
  const text = await readText(path.join(folder, MANIFEST)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw readFailure(error, path.join(folder, MANIFEST));
    throw new UserError('bad-model.not-a-model', { where: folder });
  });
  return verified(parseManifest(text, folder), folder, folder, async (name) => {
    try {
      return await readWhole(path.join(folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw readFailure(error, path.join(folder, name));
    }
  });
}

/**
 * @param bytes the zip file; the model may lie at its top or in one folder in it
 * @throws UserError `bad-model`
 */
export function zipSource(bytes: Uint8Array, where: string): Source {
  // Only the model's own files are unpacked, and into memory: no name in the zip becomes a path.
  const manifests = unpack(bytes, where, (name) => path.posix.basename(name) === MANIFEST && depth(name) <= 1);
  const [entry] = Object.keys(manifests).sort((a, b) => depth(a) - depth(b));
  if (entry === undefined) {
    const names: string[] = [];
    unpack(bytes, where, (name) => names.push(name) < 0);
    throw whyNoModelZip(names, where);
  }
  const folder = entry.slice(0, -MANIFEST.length);
  const manifest = parseManifest(new TextDecoder().decode(manifests[entry]), where);
  const files = unpack(bytes, where, (name) => name.startsWith(folder) && name.slice(folder.length) in manifest.files);
  return verified(manifest, where, null, async (name) => files[folder + name]);
}

const depth = (name: string) => name.split('/').length - 1;

/** Numbers and networks hardly get smaller: what grows more than this, and is more than a manifest, is a trap. */
const MOST_GROWTH = 50;
const FREE = 64e6;
/** Files of a model, thumbnails of very many faces included. */
const MOST_FILES = 200;

function unpack(bytes: Uint8Array, where: string, wanted: (name: string) => boolean): Record<string, Uint8Array> {
  const seen = new Set<string>();
  let size = 0;
  try {
    return unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!wanted(name) || seen.has(name)) return false;
        seen.add(name);
        size += originalSize;
        if (seen.size > MOST_FILES || size > FREE + MOST_GROWTH * bytes.length) throw tooLarge(where);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('bad-model.zip-broken', { where });
  }
}

const tooLarge = (where: string) => new UserError('bad-model.zip-too-large', { where });

function verified(
  manifest: Manifest,
  where: string,
  folder: string | null,
  read: (name: string) => Promise<Uint8Array | undefined>,
): Source {
  return {
    manifest,
    folder,
    async read(name) {
      const expected = manifest.files[name];
      if (expected === undefined) return null;
      const bytes = await read(name);
      if (!bytes) throw new UserError('bad-model.file-missing', { where, name });
      if (sha256(bytes) !== expected) {
        throw new UserError('bad-model.file-changed', { where, name });
      }
      return bytes;
    },
  };
}
