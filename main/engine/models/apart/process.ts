/** Loads and runs networks for the engine. Whatever they do to their process, they do to this one. */
import type { InferenceSession } from '../../onnxruntime';
import { endAboveMemory, endWithParent, giveWay } from '../../scheduling/start';
import { load, messageOf, run } from '../session';
import type { Answer, Ask } from './messages';

const sessions = new Map<number, InferenceSession>();

async function answer(ask: Ask): Promise<Answer> {
  if (ask.do === 'load') {
    const session = await load(ask.source);
    sessions.set(ask.session, session);
    const { inputMetadata, outputMetadata } = session;
    return { loaded: { inputMetadata, outputMetadata } };
  }
  const session = sessions.get(ask.session)!;
  if (ask.do === 'run') return { fetched: await run(session, ask.fed, ask.outputs) };
  sessions.delete(ask.session);
  await session.release();
  return { released: true };
}

const bounded = endAboveMemory();

process.on('message', (ask: Ask) => {
  void bounded
    .then(() => answer(ask))
    .catch((error: unknown): Answer => ({ failed: messageOf(error) }))
    .then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit());

endWithParent();
giveWay('Models from elsewhere run');
