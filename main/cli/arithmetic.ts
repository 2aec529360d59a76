import path from 'node:path';
import { UserError } from '../contract';
import { combined } from '../engine/space/traits/edit';
import { checkCodePlace, codesOfImages, writeCode } from './codes';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { withModel } from './with-model';

export interface ArithmeticOptions extends LayoutOptions {
  minus: string[];
  plus: string[];
  out: string;
}

/** `arithmetic M A --minus B --plus C --out face.png`: z(A) − z(B) + z(C), decoded. Of several images, their mean counts. */
export async function arithmetic(
  model: string,
  from: string,
  { minus, plus, out, ...layout }: ArithmeticOptions,
  output: Output,
): Promise<void> {
  if (minus.length + plus.length === 0) throw new UserError('bad-settings.arithmetic');
  await checkCodePlace(out);
  await withModel(
    model,
    async (open) => {
      const { latentSize } = open.card;
      const codes = await codesOfImages(open, [from, ...minus, ...plus]);
      const row = (n: number) => codes.subarray(n * latentSize, (n + 1) * latentSize);
      const code = combined(
        row(0),
        minus.map((_, n) => row(1 + n)),
        plus.map((_, n) => row(1 + minus.length + n)),
      );
      await writeCode(open, code, out);
      output.event({ event: 'done', out: path.resolve(out), code: Array.from(code) });
      output.say(
        `Wrote ${[from, ...minus.map((file) => `− ${file}`), ...plus.map((file) => `+ ${file}`)].join(' ')} to ${out}.`,
      );
    },
    layout,
  );
}
