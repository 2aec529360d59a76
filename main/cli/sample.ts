import path from 'node:path';
import { UserError } from '../contract';
import { sheet } from '../engine/exports/png';
import { save } from '../engine/files';
import { normals, random } from '../engine/training/random';
import type { Output } from './output';
import { withModel } from './with-model';

/** More would be a picture that no program opens. */
const MOST = 10_000;

/** `sample M --count N --seed S --out sheet.png`: N codes from the prior N(0, I), decoded. */
export async function sample(
  model: string,
  { count, seed, out }: { count: number; seed: number; out: string },
  output: Output,
): Promise<void> {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw new UserError('bad-settings', `--count must be a whole number from 1 to ${MOST}, not ${count}.`);
  }
  await withModel(model, async (open) => {
    const codes = normals(count * open.card.latentSize, random(seed, 'sample'));
    await save(out, await sheet(await open.decodePixels(codes)));
    output.event({ event: 'done', out: path.resolve(out), count, seed });
    output.say(`Wrote ${count} ${count === 1 ? 'sample' : 'samples'} to ${out}.`);
  });
}
