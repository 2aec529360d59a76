/** A whole model folder, small enough to check by hand. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ModelFiles, writeModel } from '../../../main/engine/models';
import { temporaryFolder } from '../temporary';
import { decoder, type DecoderShape, encoder } from './networks';

export const TINY = { latentSize: 3, channels: 3, size: 8 } as const satisfies DecoderShape;

export const codesOf = (count: number, latentSize: number): Float32Array =>
  Float32Array.from({ length: count * latentSize }, (_, i) => 2 * Math.sin(i * i + 1));

interface TinyOptions {
  name?: string;
  /** Codes of training images. */
  count?: number;
  shape?: DecoderShape;
}

export function tinyFiles({ name = 'Tiny', count = 10, shape = TINY }: TinyOptions = {}): ModelFiles {
  const { latentSize, channels, size } = shape;
  return {
    manifest: {
      format: 1,
      name,
      kind: 'vae',
      latentSize,
      image: { size, channels },
      range: [0, 1],
      likelihood: 'gaussian',
      training: {
        network: 'convolutional',
        width: 'small',
        residualBlocks: 1,
        parameters: 1234567,
        steps: 50,
        seconds: 3725,
        beta: 0.5,
        align: false,
      },
      history: [{ step: 50, epoch: 2, loss: 1.5, validationMse: 0.01, terms: { kl: 0.5 } }],
      dataset: { images: count, validationImages: 2, skipped: 1, name: 'faces' },
      scores: { validationMse: 0.0123456 },
    },
    decoder: decoder(shape),
    encoder: encoder(latentSize, channels, size),
    codes: codesOf(count, latentSize),
    logVar: codesOf(count, latentSize).map((value) => value - 3),
    faces: null,
  };
}

/** Writes a tiny model to a temporary folder and returns its path. */
export async function tinyModel(options?: TinyOptions): Promise<string> {
  const folder = path.join(await temporaryFolder(), 'tiny');
  await writeModel(folder, tinyFiles(options));
  return folder;
}

/** The hash of every file in a folder. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const hashes = names.map(async (name) => {
    const bytes = await readFile(path.join(folder, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}
