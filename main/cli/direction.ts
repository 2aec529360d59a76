import path from 'node:path';
import { UserError } from '../contract';
import { save } from '../engine/files';
import { findImages } from '../engine/images';
import { meanOf } from '../engine/maths/mean';
import { encodeCodes, type Model } from '../engine/models';
import { encodeFiles } from '../engine/open-model/encode-files';
import { counted } from '../engine/text';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkExtension, checkFilePlace } from './places';
import { withModel } from './with-model';

export interface DirectionOptions extends LayoutOptions {
  with: string;
  without: string;
  out: string;
}

/** `direction M --with DIR --without DIR --out d.npy`: from the mean code of the images without a trait to that of those with it. */
export async function direction(
  model: string,
  { with: yes, without: no, out, ...layout }: DirectionOptions,
  output: Output,
): Promise<void> {
  checkExtension(out, ['.npy']);
  await checkFilePlace(out);
  await withModel(
    model,
    async (open) => {
      const { latentSize } = open.card;
      const [a, b] = [await meanCode(open, yes, output), await meanCode(open, no, output)];
      const change = Float32Array.from(a.mean, (value, i) => value - b.mean[i]);
      const length = Math.sqrt(change.reduce((sum, x) => sum + x * x, 0));
      if (length === 0) throw new UserError('bad-settings.direction');
      await save(out, encodeCodes(change, latentSize));
      output.event({ event: 'done', out: path.resolve(out), latentSize, length, with: a.count, without: b.count });
      output.say(
        `Wrote the direction from ${counted(b.count, 'image')} to ${counted(a.count, 'image')}, ${length.toPrecision(3)} long, to ${out}.`,
      );
    },
    layout,
  );
}

async function meanCode(model: Model, folder: string, output: Output) {
  const found = await findImages(folder);
  const onProgress = (done: number, total: number) => output.progress(done, total, `${done} of ${total} images`);
  const { codes, files, skipped } = await encodeFiles(model, folder, found.files, { onProgress });
  output.clear();
  for (const each of [...found.skipped, ...skipped]) output.skipped(each);
  if (files.length === 0) throw new UserError('no-images.no-readable', { folder });
  return { mean: meanOf(codes, model.card.latentSize), count: files.length };
}
