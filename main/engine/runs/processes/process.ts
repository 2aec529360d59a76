/**
 * The training process: one run, steered by messages from the engine. It ends with the run, or with the engine.
 * A run that fails or is killed takes nothing else with it.
 */
import { writeFileSync } from 'node:fs';
import { asFailure } from '../../../rpc/rpc';
import { giveWay } from '../../scheduling/start';
import { RunControl } from '../lifecycle/control';
import type { RunCommand, RunMessage } from './messages';
import { resumeTraining, train } from '../lifecycle/train';

const control = new RunControl();
const tell = (message: RunMessage): void => {
  if (process.connected) process.send!(message);
};

async function run(work: Promise<void>): Promise<void> {
  try {
    await work;
    tell({ event: 'state', state: 'done' });
  } catch (error) {
    if (control.signal.aborted) tell({ event: 'state', state: 'cancelled' });
    else tell({ event: 'failed', ...asFailure(error, 'train') });
  }
  process.disconnect();
}

process.on('message', (message: RunCommand) => {
  const io = { onEvent: tell, control };
  switch (message.command) {
    case 'train':
      return void run(train(message.settings, io));
    case 'continue':
      return void run(resumeTraining(message.out, io, message.changes));
    default:
      return control[message.command]();
  }
});

// Without an engine nothing waits for the result; the run can be continued from its checkpoint.
process.on('disconnect', () => process.exit());

giveWay('Training runs');

try {
  // When memory runs out, this is what should go: its work is saved, and the window keeps running.
  if (process.platform === 'linux') writeFileSync('/proc/self/oom_score_adj', '800');
} catch {
  // Some containers forbid it; then the kernel chooses for itself.
}
