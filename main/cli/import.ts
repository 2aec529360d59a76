import path from 'node:path';
import { loadDataset, nearCopiesIn } from '../engine/images';
import { printable } from '../contract';
import { counted } from '../engine/text';
import { chosenImages, keepDataSet, type TakeOptions } from './data-sets';
import { type Output, summary } from './output';
import { checkSide } from './places';
import { cancellable } from './signals';
import { stages } from './stages';

export interface ImportOptions extends TakeOptions {
  size: number;
  height?: number;
  keep?: string | true;
}

/**
 * `import DIR`: what training would see of a folder, and what it would leave out. Nothing is written but, with `--keep`, that
 * there is such a data set.
 */
export async function importFolder(
  given: string,
  { size, height, keep, ...take }: ImportOptions,
  output: Output,
): Promise<number> {
  checkSide('--size', size);
  if (height !== undefined) checkSide('--height', height);
  const { folder, align, curation } = await chosenImages(given, take);
  return cancellable(output, async (signal) => {
    const started = performance.now();
    const onProgress = stages(output);
    const dataset = await loadDataset(folder, { size, height, align, curation, onProgress, signal });
    const seconds = (performance.now() - started) / 1000;
    const { count, channels, grey, skipped, files } = dataset;
    const same = await nearCopiesIn(dataset, { onProgress, signal });
    output.clear();
    const copies = same
      ? [...same].flatMap((first, row) => (first === row ? [] : [{ file: files[row], of: files[first] }]))
      : [];
    if (output.json) for (const each of skipped) output.skipped(each);
    for (const copy of copies) output.event({ event: 'copy', ...copy });
    const facts = {
      images: count,
      distinct: count - copies.length,
      skipped: skipped.length,
      channels,
      grey,
      aligned: dataset.faces !== null,
    };
    output.event({
      event: 'done',
      folder: path.resolve(folder),
      size,
      height: height ?? size,
      ...facts,
      imagesPerSecond: count / seconds,
    });
    const lines = [
      `${counted(count, 'image')} of ${size}×${height ?? size} pixels, ${channels === 1 ? 'grey' : 'in colour'}${dataset.faces ? ', faces aligned' : ''}.`,
      ...(copies.length > 0
        ? [
            `${counted(copies.length, 'image')} repeat${copies.length === 1 ? 's' : ''} another one, the first is ${printable(copies[0].file)} (${printable(copies[0].of)}). Copies are never split between training and held-out images.`,
          ]
        : []),
      ...summary(skipped),
    ];
    output.say(lines.join('\n'));
    if (keep !== undefined) await keepDataSet(folder, keep || true, output);
  });
}
