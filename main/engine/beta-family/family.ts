/** The family of β as the window shows it: the same faces and the same noise, decoded by every member. */
import path from 'node:path';
import type { BetaFamily } from '../../contract';
import { toImageBatch, toUnitRange } from '../images';
import { drawImages } from '../images/synthetic/images';
import { type Model, openModel, priorCodes } from '../models';
import { type FamilyFile, readFamily } from './file';

/** Faces and draws that are shown. */
const SHOWN = 6;

interface Opened {
  file: FamilyFile;
  /** One per member. */
  models: Model[];
}

export class Family {
  readonly #folder: string;
  /** Opened when it is first looked at, and kept: a dozen megabytes. */
  #opened: Promise<Opened | null> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param seed names the draws from the prior
   * @returns null where no family ships
   * @throws UserError `bad-model`
   */
  async look(seed: number): Promise<BetaFamily | null> {
    this.#opened ??= open(this.#folder);
    const opened = await this.#opened.catch((error: unknown) => {
      this.#opened = null; // it may open the next time
      throw error;
    });
    if (!opened) return null;
    const { file, models } = opened;
    const { latentSize, imageSize } = models[0].card;
    const faces = drawImages({ ...file.faces, count: SHOWN }, imageSize);
    const codes = priorCodes(latentSize, SHOWN, seed);
    const members: BetaFamily['members'] = [];
    for (const [i, { folder: _, ...measured }] of file.members.entries()) {
      const { mu } = await models[i].encode(toUnitRange(faces.pixels));
      members.push({
        ...measured,
        reconstructions: await models[i].decodePixels(mu),
        samples: await models[i].decodePixels(codes),
      });
    }
    const shape = { count: SHOWN, channels: faces.channels, height: imageSize, width: imageSize };
    return { faces: toImageBatch(faces.pixels, shape), realDistance: file.realDistance, members };
  }
}

async function open(folder: string): Promise<Opened | null> {
  const file = await readFamily(folder);
  if (!file) return null;
  return { file, models: await Promise.all(file.members.map((member) => openModel(path.join(folder, member.folder)))) };
}
