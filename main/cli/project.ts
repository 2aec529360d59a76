import path from 'node:path';
import { checkCodePlace, codesOfImages, writeCode } from './codes';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { withModel } from './with-model';

/** `project M PHOTO --out face.png|code.npy`: the place of a photo in the space, and what is decoded there. */
export async function project(
  model: string,
  photo: string,
  { out, ...layout }: { out: string } & LayoutOptions,
  output: Output,
): Promise<void> {
  await checkCodePlace(out);
  await withModel(
    model,
    async (open) => {
      const code = await codesOfImages(open, [photo]);
      await writeCode(open, code, out);
      output.event({ event: 'done', out: path.resolve(out), photo: path.resolve(photo), code: Array.from(code) });
      const what =
        path.extname(out).toLowerCase() === '.npy' ? `the code of ${photo}` : `${photo}, as the model sees it,`;
      output.say(`Wrote ${what} to ${out}.`);
    },
    layout,
  );
}
