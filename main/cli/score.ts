import { keepScores } from '../engine/models';
import { scoreModel } from '../engine/scores';
import { refuseIdle } from './idle-options';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { scoreText } from './score-text';
import { withModel } from './with-model';

export interface ScoreOptions extends LayoutOptions {
  iwae: number;
  keep?: boolean;
}

/** `score M [DIR]`: programs get one `scores` object, people tables. @param typed options that were given */
export async function score(
  model: string,
  folder: string | undefined,
  { iwae, keep = false, ...layout }: ScoreOptions,
  typed: ReadonlySet<string>,
  output: Output,
): Promise<void> {
  await withModel(
    model,
    async (open) => {
      refuseIdle(typed, [
        ['iwae', folder !== undefined, 'no folder of images'],
        ['iwae', open.card.kind === 'vae', 'a model that is no VAE'],
      ]);
      const { report } = await scoreModel(open, folder ?? null, {
        importanceSamples: iwae,
        onProgress: (done, total, what) => output.progress(done, total, what),
      });
      output.clear();
      if (keep) await keepScores(open, report);
      output.event({ event: 'scores', ...report });
      output.say(scoreText(report, open.card.kind.toUpperCase()));
    },
    layout,
  );
}
