import path from 'node:path';
import type { PathKind } from '../contract';
import { contactSheet } from '../engine/exports/picture';
import { encodeProvenance, provenanceOf } from '../engine/exports/provenance';
import { save } from '../engine/files';
import { tracePath } from '../engine/open-model/paths';
import { codesOfImages } from './codes';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkFilePlace, checkWholeNumber, pictureFormat } from './places';
import { withModel } from './with-model';

const MOST_STEPS = 256;

/** Those that differ between two images. */
export const PATHS = ['straight', 'spherical', 'geodesic'] as const satisfies PathKind[];

export interface InterpolateOptions extends LayoutOptions {
  steps: number;
  path: (typeof PATHS)[number];
  out: string;
}

/** `interpolate M A.png B.png --steps 9 --path geodesic --out strip.png`: from the reconstruction of A to that of B. */
export async function interpolate(
  model: string,
  images: [a: string, b: string],
  { steps, path: kind, out, ...layout }: InterpolateOptions,
  output: Output,
): Promise<void> {
  checkWholeNumber('--steps', steps, 2, MOST_STEPS);
  const format = pictureFormat(out);
  await checkFilePlace(out);
  await withModel(
    model,
    async (open) => {
      const codes = await codesOfImages(open, images);
      const onProgress = (done: number, total: number) => output.progress(done, total);
      const way = await tracePath(open, kind, codes, steps, { onProgress });
      output.clear();
      const packet = encodeProvenance(provenanceOf(open.card, way.codes, {}));
      const sheet = { format, size: open.card.imageSize, columns: steps, gap: 0 };
      await save(out, await contactSheet(way.images, sheet, packet));
      const { codeLength, imageLength } = way;
      output.event({ event: 'done', out: path.resolve(out), steps, path: kind, codeLength, imageLength });
      output.say(`Wrote ${steps} images from ${images[0]} to ${images[1]} to ${out}.`);
    },
    layout,
  );
}
