import path from 'node:path';
import { loadDataset } from '../engine/images';
import { checkPreparable, savePrepared } from '../engine/runs/pytorch/prepared';
import { openStartingModel, type StartingModel } from '../engine/runs/lifecycle/starting-model';
import { counted } from '../engine/text';
import { chosenImages, namesIn, type TakeOptions } from './data-sets';
import type { Output } from './output';
import { checkSide } from './places';
import { cancellable } from './signals';
import { stages } from './stages';

export interface PrepareOptions extends TakeOptions {
  out: string;
  size: number;
  height?: number;
  from?: string;
  leaveOut?: string;
}

/**
 * `prepare DIR --out DATA`: the pixels that `train` would see, for scripts/torch.
 * @param typed options that were given, not left to their defaults
 */
export async function prepare(
  given: string,
  { out, from, leaveOut, ...options }: PrepareOptions,
  typed: ReadonlySet<string>,
  output: Output,
): Promise<number> {
  const model = from === undefined ? null : await openStartingModel(from);
  const { size, height, ...take } = model && !typed.has('size') ? { ...options, ...shapeOf(model) } : options;
  checkSide('--size', size);
  if (height !== undefined) checkSide('--height', height);
  await checkPreparable(out);
  const { folder, align, curation } = await chosenImages(
    given,
    take,
    leaveOut === undefined ? [] : await namesIn(leaveOut),
  );
  return cancellable(output, async (signal) => {
    const onProgress = stages(output);
    const dataset = await loadDataset(folder, {
      size,
      height,
      align,
      curation,
      like: model?.like,
      onProgress,
      signal,
    });
    output.clear();
    for (const each of dataset.skipped) output.skipped(each);
    const name = path.basename(path.resolve(folder));
    const aligned = model ? model.like.faces !== null : align;
    const { sha256 } = await savePrepared(out, { dataset, name, align: aligned });
    const { count, channels, skipped } = dataset;
    const shape = { size, height: height ?? size };
    output.event({ event: 'done', out: path.resolve(out), count, ...shape, channels, skipped: skipped.length, sha256 });
    output.say(`Wrote ${counted(count, 'image')} of ${size}×${shape.height} pixels to ${out}.`);
  });
}

/** Pixels across and down of the images of the model that training is to start from. */
const shapeOf = ({ manifest: { image } }: StartingModel) => ({ size: image.size, height: image.height });
