import path from 'node:path';
import { UserError } from '../contract';
import { encodeFiles } from '../engine/open-model/encode-files';
import { save } from '../engine/files';
import { findImages } from '../engine/images';
import { encodeCodes } from '../engine/models';
import { counted } from '../engine/text';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkExtension, checkFilePlace } from './places';
import { withModel } from './with-model';

/** `encode M DIR --out codes.npy`: one row an image, in the order of their names; `--json` names the file of each row. */
export async function encode(
  model: string,
  folder: string,
  { out, ...layout }: { out: string } & LayoutOptions,
  output: Output,
): Promise<void> {
  await checkFilePlace(out);
  checkExtension(out, ['.npy']);
  await withModel(
    model,
    async (open) => {
      const found = await findImages(folder);
      const onProgress = (done: number, total: number) => output.progress(done, total, `${done} of ${total} images`);
      const { codes, files, skipped } = await encodeFiles(open, folder, found.files, { onProgress });
      output.clear();
      const leftOut = [...found.skipped, ...skipped];
      for (const each of leftOut) output.skipped(each);
      if (files.length === 0) {
        throw new UserError('no-images.no-readable', { folder });
      }
      const { latentSize } = open.card;
      await save(out, encodeCodes(codes, latentSize));
      files.forEach((file, row) => output.event({ event: 'encoded', row, file }));
      output.event({ event: 'done', out: path.resolve(out), count: files.length, latentSize, skipped: leftOut.length });
      output.say(`Wrote ${counted(files.length, 'code')} of ${counted(latentSize, 'number')} to ${out}.`);
    },
    layout,
  );
}
