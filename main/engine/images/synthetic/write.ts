/** A folder of synthetic faces: PNG files and `factors.csv`, which says what each was drawn from. */
import sharp from '../../sharp';
import { message, UserError } from '../../../contract';
import { checkReplaceable, kindWithSums, saveFolder } from '../../files';
import { throwIfCancelled } from '../../scheduling/watch';
import type { ImageWatch } from '../each';
import { drawFace } from './draw';
import { drawFactors, FACTORS_FILE, toCsv, type NamedFactors } from './factors';

export interface FacesSettings {
  /** 1 to 1,000,000. */
  count: number;
  /** 0 to 2³¹ − 1. Face `i` of a seed is the same whatever the count. */
  seed: number;
  /** Pixels a side, 16 to 1024. */
  size: number;
}

/** Numbered images are everybody's: ours are known by their sums. */
export const FACES_FOLDER = kindWithSums(
  'folder.synthetic-faces',
  (name) => name === FACTORS_FILE || /^\d{5,}\.png$/.test(name),
);

/** Faces drawn at once; the next ones are drawn when the files of these are written. */
const FACES_IN_MEMORY = 16;

/** @throws UserError `bad-settings` naming what is out of its range */
export function checkFaces({ count, seed, size }: FacesSettings): void {
  const problems = [
    ['faceCount', count, 1, 1_000_000],
    ['faceSeed', seed, 0, 2 ** 31 - 1],
    ['faceSize', size, 16, 1024],
  ] as const;
  const wrong = problems.filter(([, value, least, most]) => !Number.isInteger(value) || value < least || value > most);
  if (wrong.length === 0) return;
  throw new UserError('bad-settings.problems', {
    problems: wrong.map(([name, value, least, most]) =>
      message('problem.whole-number-not', { setting: message(`setting.${name}`), least, most, value }),
    ),
  });
}

/**
 * Writes `count` faces to `folder`, all of them or nothing; those of an earlier call are replaced.
 * @throws UserError `bad-settings` | `no-space` | `no-access` | `cancelled`
 */
export async function writeFaces(
  folder: string,
  settings: FacesSettings,
  { onProgress, signal }: ImageWatch = {},
): Promise<void> {
  checkFaces(settings);
  await checkReplaceable(folder, FACES_FOLDER);
  const { count, seed, size } = settings;
  const digits = Math.max(5, String(count - 1).length);
  await saveFolder(folder, FACES_FOLDER, async (write) => {
    const faces: NamedFactors[] = [];
    for (let start = 0; start < count; start += FACES_IN_MEMORY) {
      const writes: Promise<void>[] = [];
      for (let i = start; i < Math.min(count, start + FACES_IN_MEMORY); i++) {
        throwIfCancelled(signal);
        const file = `${String(i).padStart(digits, '0')}.png`;
        const factors = drawFactors(seed, i);
        faces.push({ file, factors });
        writes.push(encodePng(drawFace(factors, size), size).then((png) => write(file, png)));
      }
      await Promise.all(writes);
      onProgress?.(faces.length, count, 'drawing faces');
    }
    await write(FACTORS_FILE, toCsv(faces));
  });
}

const encodePng = (pixels: Uint8Array, size: number): Promise<Buffer> =>
  sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
