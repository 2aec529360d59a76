/** The state of a run on disk, so that it continues exactly where it was after a crash, a kill or a full disk. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { Packr } from 'msgpackr';
import writeFileAtomic from 'write-file-atomic';
import { UserError, type HistoryPoint } from '../../contract';
import { readFailure, writeFailure } from '../files';
import type { TrainerState } from '../training/trainer';
import type { ResolvedSettings } from './settings';

const FORMAT = 1;

/** Keeps typed arrays what they are; the plain format would make bytes of them. */
const packr = new Packr({ structuredClone: true });

export interface Checkpoint {
  settings: ResolvedSettings;
  /** SHA-256 of the images trained on: a run continues only on the same ones. */
  images: string;
  /** Seconds spent so far, and pauses not counted. */
  seconds: number;
  history: HistoryPoint[];
  trainer: TrainerState;
}

/** Where the unfinished run of a model lives: beside the model, which stays untouched until the run is done. */
export const checkpointFile = (out: string): string => path.join(`${path.resolve(out)}.training`, 'checkpoint');

/** @throws UserError `no-space` | `no-access`; the checkpoint before it survives */
export async function saveCheckpoint(out: string, checkpoint: Checkpoint): Promise<void> {
  const file = checkpointFile(out);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, packr.pack({ format: FORMAT, ...checkpoint }));
  } catch (error) {
    throw writeFailure(error, file);
  }
}

/** @throws UserError `not-found` when there is none, `bad-model` when it cannot be understood */
export async function loadCheckpoint(out: string): Promise<Checkpoint> {
  const file = checkpointFile(out);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new UserError('not-found', `There is no unfinished run for "${out}". Start one without --resume.`);
    }
    throw readFailure(error, file);
  }
  const damaged = new UserError('bad-model', `The checkpoint "${file}" is damaged. Delete it and train again.`);
  let content: Checkpoint & { format: number };
  try {
    content = packr.unpack(bytes) as typeof content;
  } catch {
    throw damaged;
  }
  if (content?.format !== FORMAT || !content.trainer?.tensors) throw damaged;
  return content;
}

/** Forgets the unfinished run, if there is one. */
export async function removeCheckpoint(out: string): Promise<void> {
  await rm(path.dirname(checkpointFile(out)), { recursive: true, force: true });
}
