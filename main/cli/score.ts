import type { ScoreStage } from '../contract';
import { keepScores } from '../engine/models';
import { type ScoredImages, scoreModel } from '../engine/scores';
import { counted } from '../engine/text';
import { refuseIdle } from './idle-options';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { scoreText } from './score-text';
import { cancellable } from './signals';
import { stages } from './stages';
import { withModel } from './with-model';

/** Which images the numbers to come are of. */
function imagesNote({ folder, split, training, heldOut }: ScoredImages): string {
  const held = counted(heldOut.count, 'image');
  return split === 'training'
    ? `The model was trained on "${folder}": it is scored on ${held} of it that were held out then.`
    : `The model was not trained on "${folder}": bounds are of all ${training.count + heldOut.count} images in it, all else is of ${held} held out now.`;
}

export interface ScoreOptions extends LayoutOptions {
  iwae: number;
  keep?: boolean;
}

/**
 * `score M [DIR]`: programs get progress and one `scores` object, people tables.
 * @param typed options that were given
 * @returns the exit code
 */
export async function score(
  model: string,
  folder: string | undefined,
  { iwae, keep = false, ...layout }: ScoreOptions,
  typed: ReadonlySet<string>,
  output: Output,
): Promise<number> {
  const onProgress = stages<ScoreStage>(output);
  let begun = false;
  const run = (signal: AbortSignal) =>
    withModel(
      model,
      async (open) => {
        refuseIdle(typed, [
          ['iwae', folder !== undefined, 'a score without a folder of images'],
          ['iwae', open.card.kind === 'vae', 'a model that is no VAE'],
        ]);
        const { report } = await scoreModel(open, folder ?? null, {
          importanceSamples: iwae,
          signal,
          onImages: (images) => output.note(imagesNote(images)),
          onProgress(done, total, stage) {
            begun ||= stage === 'computing bounds';
            onProgress(done, total, stage);
          },
        });
        output.clear();
        if (keep) await keepScores(open, report);
        output.event({ event: 'scores', ...report });
        output.say(scoreText(report, open.card.kind.toUpperCase()));
      },
      layout,
    );
  return cancellable(output, run, () =>
    begun ? 'the bounds that were computed are kept, and the same command goes on with them' : 'nothing was kept',
  );
}
