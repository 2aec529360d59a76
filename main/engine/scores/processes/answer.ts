import type { ScoreStage } from '../../../contract';
import type { Model } from '../../models';
import type { Watch } from '../../scheduling/watch';
import { fitMixture, scoreModel } from '../score';
import type { ScoreAnswer, ScoreRequest } from './messages';

/** What a scoring process answers. @throws UserError as `scoreModel` */
export async function answerWith(
  model: Model,
  task: ScoreRequest['task'],
  watch: Watch<[ScoreStage]>,
): Promise<ScoreAnswer> {
  if (task.measure === 'mixture') return { report: null, fitted: await fitMixture(model, watch) };
  return scoreModel(model, task.folder, watch);
}
