import path from 'node:path';
import { UserError } from '../contract';
import { holesCsv, holesNpy } from '../engine/exports/holes';
import { save } from '../engine/files';
import { Holes } from '../engine/open-model/holes';
import { Priority } from '../engine/scheduling/priority';
import { cubeAround } from '../engine/space/holes/grid';
import { principalFrame } from '../engine/space/frames/principal';
import { toScene } from '../engine/space/frames/frame';
import type { Output } from './output';
import { checkExtension, checkFilePlace } from './places';
import { withModel } from './with-model';

/** `holes M --out holes.csv`: drift and density over a cube of the model's principal components. */
export async function holes(
  model: string,
  { out, side, radius }: { out: string; side: number; radius?: number },
  output: Output,
): Promise<void> {
  const write = { '.csv': holesCsv, '.npy': holesNpy }[checkExtension(out, ['.csv', '.npy'])];
  await checkFilePlace(out);
  await withModel(model, async (open) => {
    const { codes, card } = open;
    if (!codes) {
      throw new UserError('bad-model.no-codes-for-holes', { path: card.path });
    }
    const frame = principalFrame(codes, card.latentSize);
    const around = cubeAround(toScene(codes, frame));
    const request = { frame, ...around, radius: radius ?? around.radius, side };
    const measured = new Holes(open, new Priority());
    const onProgress = (done: number, total: number) => output.progress(done, total, 'measuring');
    const map = await measured.map(request, { onProgress });
    const scale = await measured.scale();
    output.clear();
    await save(out, write(map));
    output.event({ event: 'done', out: path.resolve(out), side, radius: map.radius, points: side ** 3, data: scale });
    const beyond = scale.drift && map.drift?.filter((drift) => !(drift <= scale.drift!.high)).length;
    output.say(
      `Wrote ${side}×${side}×${side} points to ${out}.` +
        (typeof beyond === 'number'
          ? ` ${Math.round((100 * beyond) / side ** 3)} % of them drift more than 95 % of the model's own codes do.`
          : ''),
    );
  });
}
