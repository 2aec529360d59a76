import path from 'node:path';
import { picture } from '../engine/exports/picture';
import { encodeProvenance, provenanceOf } from '../engine/exports/provenance';
import { makeFolder, readFailure, readWhole, save } from '../engine/files';
import { decodeCodes } from '../engine/models';
import { counted } from '../engine/text';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { checkPicturesPlace } from './places';
import { withModel } from './with-model';

const CODES_AT_A_TIME = 64;

/** `decode M --codes codes.npy --out DIR`: `DIR/0001.png` shows the first code, and so on. */
export async function decode(
  model: string,
  { codes: file, out, ...layout }: { codes: string; out: string } & LayoutOptions,
  output: Output,
): Promise<void> {
  await checkPicturesPlace(out);
  await withModel(
    model,
    async (open) => {
      const { latentSize } = open.card;
      const bytes = await readWhole(file).catch((error) => {
        throw readFailure(error, file);
      });
      const codes = decodeCodes(bytes, latentSize, file);
      const count = codes.length / latentSize;
      await makeFolder(out);
      const digits = Math.max(4, String(count).length);
      for (let start = 0; start < count; start += CODES_AT_A_TIME) {
        const batch = await open.decodePixels(
          codes.subarray(start * latentSize, (start + CODES_AT_A_TIME) * latentSize),
        );
        for (let i = 0; i < batch.count; i++) {
          const name = `${String(start + i + 1).padStart(digits, '0')}.png`;
          const code = codes.subarray((start + i) * latentSize, (start + i + 1) * latentSize);
          const packet = encodeProvenance(provenanceOf(open.card, code, {}));
          await save(
            path.join(out, name),
            await picture(batch, i, { format: 'png', size: open.card.imageSize }, packet),
          );
        }
        output.progress(start + batch.count, count, `${start + batch.count} of ${count} images`);
      }
      output.clear();
      output.event({ event: 'done', out: path.resolve(out), count });
      output.say(`Wrote ${counted(count, 'image')} to ${out}.`);
    },
    layout,
  );
}
