/** A scoring process: one request, one answer. Networks block their process, and the window keeps flying meanwhile. */
import { asFailure } from '../../../rpc/rpc';
import { openModel } from '../../models';
import { giveWay } from '../../scheduling/start';
import { answerWith } from './answer';
import type { ScoreMessage, ScoreRequest } from './messages';

/** Milliseconds between two reports of progress. */
const REPORT_INTERVAL = 100;

const tell = (message: ScoreMessage): void => {
  if (process.connected) process.send!(message);
};

async function answer({ model: path, layout, task }: ScoreRequest): Promise<void> {
  let reportedAt = 0;
  let stage = '';
  try {
    const model = await openModel(path, layout);
    const scored = await answerWith(model, task, {
      onProgress(done, total, what) {
        if (what === stage && performance.now() - reportedAt < REPORT_INTERVAL) return;
        reportedAt = performance.now();
        stage = what;
        tell({ event: 'progress', what, done, total });
      },
    });
    tell({ event: 'done', ...scored });
  } catch (error) {
    tell({ event: 'failed', ...asFailure(error, 'score') });
  }
  process.disconnect();
}

process.on('message', (request: ScoreRequest) => void answer(request));
process.on('disconnect', () => process.exit());

giveWay('Scores are computed');
