import path from 'node:path';
import { writeFaces } from '../engine/images/synthetic/write';
import { counted } from '../engine/text';
import type { Output } from './output';
import { cancellable } from './signals';

/** `faces --count N --seed S --out DIR`: synthetic faces and the factors they were drawn from. */
export async function faces(
  { count, seed, size, out }: { count: number; seed: number; size: number; out: string },
  output: Output,
): Promise<number> {
  return cancellable(output, async (signal) => {
    const onProgress = (done: number, total: number) => {
      output.event({ event: 'progress', done, total });
      output.progress(done, total, `${done} of ${total} faces`);
    };
    await writeFaces(out, { count, seed, size }, { onProgress, signal });
    output.clear();
    output.event({ event: 'done', out: path.resolve(out), count, seed, size });
    output.say(`Wrote ${counted(count, 'face')} of ${size}×${size} pixels and factors.csv to ${out}.`);
  });
}
