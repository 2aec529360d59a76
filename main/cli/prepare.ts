import path from 'node:path';
import { UserError } from '../contract';
import { loadDataset } from '../engine/images';
import { checkPreparable, savePrepared } from '../engine/runs/pytorch/prepared';
import { IMAGE_SIZES } from '../engine/runs/settings/settings';
import { counted } from '../engine/text';
import { chosenImages, type TakeOptions } from './data-sets';
import type { Output } from './output';
import { cancellable } from './signals';
import { stages } from './stages';

/** `prepare DIR --out DATA`: the pixels that `train` would see, for scripts/torch. */
export async function prepare(
  given: string,
  { out, size, ...take }: { out: string; size: number } & TakeOptions,
  output: Output,
): Promise<number> {
  if (!(IMAGE_SIZES as readonly number[]).includes(size)) {
    const values = IMAGE_SIZES.join(', ');
    throw new UserError('bad-settings.option-one-of', { option: '--size', values, value: size });
  }
  await checkPreparable(out);
  const { folder, align, curation } = await chosenImages(given, take);
  return cancellable(output, async (signal) => {
    const onProgress = stages(output);
    const dataset = await loadDataset(folder, { size, align, curation, onProgress, signal });
    output.clear();
    for (const each of dataset.skipped) output.skipped(each);
    const name = path.basename(path.resolve(folder));
    const { sha256 } = await savePrepared(out, { dataset, name, align });
    const { count, channels, skipped } = dataset;
    output.event({ event: 'done', out: path.resolve(out), count, size, channels, skipped: skipped.length, sha256 });
    output.say(`Wrote ${counted(count, 'image')} of ${size}×${size} pixels to ${out}.`);
  });
}
