import path from 'node:path';
import { UserError } from '../contract';
import { type Experiment, type Mode, planOf, runExperiment } from '../engine/experiment';
import type { Output } from './output';
import { cancellable } from './signals';

export interface ExperimentOptions {
  quick?: boolean;
  full?: boolean;
  out?: string;
  seed: number;
}

/**
 * `experiment --quick|--full`: AE, VAE and RAE compared, from the faces to the report. Programs get one object, with
 * `models.ae|vae|rae`.
 * @returns the exit code
 */
export async function experiment({ quick, full, out, seed }: ExperimentOptions, output: Output): Promise<number> {
  if (quick === full) throw new UserError('bad-settings.experiment-size');
  const mode: Mode = quick ? 'quick' : 'full';
  const folder = out ?? `experiment-${mode}`;
  const plan = planOf(mode, seed);
  return cancellable(
    output,
    async (signal) => {
      const result = await runExperiment(folder, plan, {
        signal,
        onProgress: (done, total, what) => output.progress(done, total, what),
        onNote: (text) => output.note(text),
      });
      output.clear();
      output.event({ event: 'experiment', report: path.resolve(folder, 'report.md'), ...result });
      output.say(asText(result, path.join(folder, 'report.md')));
    },
    () => `what is finished stays in "${folder}", and the same command continues from there`,
  );
}

function asText({ findings }: Experiment, report: string): string {
  return [...findings, '', `Wrote ${report}.`].join('\n');
}
