import path from 'node:path';
import { loadDataset } from '../engine/images';
import { checkPreparable, savePrepared } from '../engine/runs/pytorch/prepared';
import { counted } from '../engine/text';
import { chosenImages, type TakeOptions } from './data-sets';
import type { Output } from './output';
import { checkSide } from './places';
import { cancellable } from './signals';
import { stages } from './stages';

export interface PrepareOptions extends TakeOptions {
  out: string;
  size: number;
  height?: number;
}

/** `prepare DIR --out DATA`: the pixels that `train` would see, for scripts/torch. */
export async function prepare(
  given: string,
  { out, size, height, ...take }: PrepareOptions,
  output: Output,
): Promise<number> {
  checkSide('--size', size);
  if (height !== undefined) checkSide('--height', height);
  await checkPreparable(out);
  const { folder, align, curation } = await chosenImages(given, take);
  return cancellable(output, async (signal) => {
    const onProgress = stages(output);
    const dataset = await loadDataset(folder, { size, height, align, curation, onProgress, signal });
    output.clear();
    for (const each of dataset.skipped) output.skipped(each);
    const name = path.basename(path.resolve(folder));
    const { sha256 } = await savePrepared(out, { dataset, name, align });
    const { count, channels, skipped } = dataset;
    const shape = { size, height: height ?? size };
    output.event({ event: 'done', out: path.resolve(out), count, ...shape, channels, skipped: skipped.length, sha256 });
    output.say(`Wrote ${counted(count, 'image')} of ${size}×${shape.height} pixels to ${out}.`);
  });
}
