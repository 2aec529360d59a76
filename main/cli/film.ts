import path from 'node:path';
import { movingTrainingFilm } from '../engine/exports/training-film';
import { trainingFilm } from '../engine/open-model/training-film';
import { save } from '../engine/files';
import { cloudCodes } from '../engine/open-model/cloud';
import { principalFrame } from '../engine/space/frames/principal';
import { counted } from '../engine/text';
import type { Output } from './output';
import { checkExtension, checkFilePlace } from './places';
import { withModel } from './with-model';

/** `film M --out film.webp`: what the model made of the same images in the course of its training. */
export async function film(model: string, { out, fps }: { out: string; fps: number }, output: Output): Promise<void> {
  const format = checkExtension(out, ['.webp', '.gif']) === '.webp' ? 'webp' : 'gif';
  await checkFilePlace(out);
  await withModel(model, async (open) => {
    const shown = await trainingFilm(open, principalFrame(cloudCodes(open), open.card.latentSize));
    await save(out, await movingTrainingFilm(shown, format, fps));
    output.event({ event: 'done', out: path.resolve(out), steps: shown.steps, use: shown.use });
    output.say(
      `Wrote ${counted(shown.steps.length, 'frame')}, from step ${shown.steps[0]} to ${shown.steps.at(-1)}, to ${out}.`,
    );
  });
}
