import path from 'node:path';
import { assemble as assembleModel } from '../engine/runs/pytorch/assemble';
import { counted } from '../engine/text';
import type { Output } from './output';

/** `assemble RUN --data DATA --out M`: a model of what scripts/torch has learned. */
export async function assemble(
  run: string,
  { data, out }: { data: string; out: string },
  output: Output,
): Promise<void> {
  const { steps, validationMse } = await assembleModel(run, data, out);
  output.event({ event: 'done', model: path.resolve(out), steps, validationMse });
  output.say(`Wrote ${out}: ${counted(steps, 'step')}, validation MSE ${validationMse.toPrecision(3)}.`);
}
