import path from 'node:path';
import { UserError } from '../contract';
import { encodeFiles } from '../engine/encode';
import { sheet } from '../engine/exports/png';
import { save } from '../engine/files';
import { sample, straight } from '../engine/space/path';
import type { Output } from './output';
import { withModel } from './with-model';

const MOST = 256;

/** `interpolate M A.png B.png --steps 9 --out strip.png`: from the reconstruction of A to that of B. */
export async function interpolate(
  model: string,
  images: [a: string, b: string],
  { steps, out }: { steps: number; out: string },
  output: Output,
): Promise<void> {
  if (!Number.isInteger(steps) || steps < 2 || steps > MOST) {
    throw new UserError('bad-settings', `--steps must be a whole number from 2 to ${MOST}, not ${steps}.`);
  }
  await withModel(model, async (open) => {
    const { latentSize } = open.card;
    const { codes, skipped } = await encodeFiles(open, '', images);
    if (skipped.length > 0) {
      const [{ file, reason }] = skipped;
      throw new UserError('bad-image', `"${file}" cannot be used: ${reason}. Give two image files.`);
    }
    const line = sample(straight(codes.subarray(0, latentSize), codes.subarray(latentSize)), steps);
    await save(out, await sheet(await open.decodePixels(line), steps));
    output.event({ event: 'done', out: path.resolve(out), steps });
    output.say(`Wrote ${steps} images from ${images[0]} to ${images[1]} to ${out}.`);
  });
}
