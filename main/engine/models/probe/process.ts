/** Opens one model and says whether that went well. Whatever a model does to its process, it does to this one. */
import { asFailure } from '../../../rpc/rpc';
import { giveWay } from '../../scheduling/start';
import { openModel } from '../open';
import type { ProbeAnswer, ProbeRequest } from './messages';

async function answer({ file, layout }: ProbeRequest): Promise<ProbeAnswer> {
  try {
    const model = await openModel(file, layout);
    await model.release();
    return null;
  } catch (error) {
    return asFailure(error, 'openModel');
  }
}

process.on('message', (request: ProbeRequest) => {
  void answer(request).then((said) => process.send!(said, () => process.exit()));
});
process.on('disconnect', () => process.exit());

giveWay('Models are tried');
