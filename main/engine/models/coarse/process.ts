/** Makes a coarse decoder for the engine: it decodes for seconds, and the network may be anybody's. */
import { endAboveMemory, endWithParent, giveWay } from '../../scheduling/start';
import { openModel } from '../open';
import { coarseDecoder } from './coarse';
import type { Answer, Ask } from './messages';

async function answer({ file, layout, fingerprint, most }: Ask): Promise<Answer> {
  const model = await openModel(file, layout);
  if (model.card.fingerprint !== fingerprint) return { failed: 'it is another model by now' };
  return { coarse: await coarseDecoder(model, most) };
}

const bounded = endAboveMemory();

process.on('message', (ask: Ask) => {
  void bounded
    .then(() => answer(ask))
    .catch((error: Error): Answer => ({ failed: error.message }))
    .then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit());

endWithParent();
giveWay('A coarse decoder is made');
