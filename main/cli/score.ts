import { keepScores } from '../engine/models';
import { scoreModel } from '../engine/scores';
import type { Output } from './output';
import { scoreText } from './score-text';
import { withModel } from './with-model';

/** `score M [DIR]`: programs get one `scores` object, people tables. */
export async function score(
  model: string,
  folder: string | undefined,
  { iwae, keep = false }: { iwae: number; keep?: boolean },
  output: Output,
): Promise<void> {
  await withModel(model, async (open) => {
    const { report } = await scoreModel(open, folder ?? null, {
      importanceSamples: iwae,
      onProgress: (done, total, what) => output.progress(done, total, what),
    });
    output.clear();
    if (keep) await keepScores(open, report);
    output.event({ event: 'scores', ...report });
    output.say(scoreText(report, open.card.kind.toUpperCase()));
  });
}
