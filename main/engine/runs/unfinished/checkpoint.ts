/**
 * The state of a run on disk, so that it continues exactly where it was. One file: `LSCP`, the length of the header
 * (uint32, little-endian), the header as JSON, then the header's tensors one after the other as float32. The header can
 * be read without the tensors, and the tensors are written from where they lie, without a copy.
 */
import { type FileHandle, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { type HistoryPoint, type TrainingProgress, UserError } from '../../../contract';
import { openRegular, readFailure, save } from '../../files';
import type { MeansState } from '../monitoring/running-means';

export const CHECKPOINT = 'checkpoint';
const MAGIC = 'LSCP';
const FORMAT = 2;
/** No header comes near; a damaged length must not ask for the whole memory. */
const LONGEST_HEADER = 64e6;

export interface CheckpointFacts {
  /** Steps done, and of the whole run. */
  step: number;
  steps: number;
  /** SHA-256 of the images trained on: a run continues only on the same ones. */
  images: string;
  /** Seconds spent so far, pauses not counted. */
  seconds: number;
  history: HistoryPoint[];
  /** The curve so far, thinned. */
  progress: TrainingProgress[];
  /** Of the steps since the last measurement. */
  means: MeansState;
  /** The best measurement so far, where weights are kept for it. */
  best: { step: number; validationMse: number } | null;
}

export interface Checkpoint extends CheckpointFacts {
  /** Weights and optimiser state by name. */
  tensors: Record<string, Float32Array>;
}

const amount = v.pipe(v.number(), v.minValue(0));
const headerSchema = v.looseObject({
  format: v.literal(FORMAT),
  step: amount,
  steps: amount,
  images: v.string(),
  seconds: amount,
  history: v.array(v.looseObject({ step: amount })),
  progress: v.array(v.looseObject({ step: amount })),
  means: v.looseObject({ count: amount }),
  best: v.nullable(v.looseObject({ step: amount, validationMse: amount })),
  tensors: v.array(v.tuple([v.string(), v.pipe(v.number(), v.integer(), v.minValue(0))])),
});
type Header = CheckpointFacts & { tensors: [name: string, length: number][] };

/** Where the unfinished run of a model lives: beside the model, which stays untouched until the run is done. */
export const runFolder = (out: string): string => `${path.resolve(out)}.training`;
export const checkpointFile = (out: string): string => path.join(runFolder(out), CHECKPOINT);

/** @throws UserError `no-space` | `no-access`; the checkpoint before it survives */
export async function saveCheckpoint(out: string, { tensors, ...facts }: Checkpoint): Promise<void> {
  const file = checkpointFile(out);
  const entries = Object.entries(tensors);
  const index = entries.map(([name, { length }]) => [name, length]);
  const header = Buffer.from(JSON.stringify({ format: FORMAT, ...facts, tensors: index }));
  const start = Buffer.alloc(8);
  start.write(MAGIC, 'latin1');
  start.writeUInt32LE(header.length, 4);
  await save(file, [start, header, ...entries.map(([, values]) => bytesOf(values))]);
}

/** The same memory as bytes. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The last checkpoint; null when there is none yet.
 * @throws UserError `bad-model` when it cannot be understood
 */
export async function loadCheckpoint(out: string): Promise<Checkpoint | null> {
  return reading(out, async (handle) => {
    const { header, end } = await readHeader(handle, out);
    const { tensors: index, ...facts } = header;
    const expected = index.reduce((total, [, length]) => total + 4 * length, end);
    if ((await handle.stat()).size !== expected) throw damaged(out);
    const tensors: Record<string, Float32Array> = {};
    let at = end;
    for (const [name, length] of index) {
      tensors[name] = new Float32Array(length);
      at += await readAll(handle, Buffer.from(tensors[name].buffer), at, out);
    }
    return { ...facts, tensors };
  });
}

/**
 * What the last checkpoint says of itself and when it was written (ms since 1970); null when there is none yet.
 * @throws UserError `bad-model`
 */
export async function readFacts(out: string): Promise<(CheckpointFacts & { savedAt: number }) | null> {
  return reading(out, async (handle) => {
    const { tensors: _, ...facts } = (await readHeader(handle, out)).header;
    return { ...facts, savedAt: (await stat(checkpointFile(out))).mtimeMs };
  });
}

/** Whether a file says of itself that it is a checkpoint, be it whole or damaged. */
export async function isCheckpoint(file: string): Promise<boolean> {
  const handle = await openRegular(file).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === MAGIC;
  } finally {
    await handle.close();
  }
}

async function reading<T>(out: string, read: (handle: FileHandle) => Promise<T>): Promise<T | null> {
  const file = checkpointFile(out);
  let handle: FileHandle;
  try {
    handle = await openRegular(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw readFailure(error, file);
  }
  try {
    return await read(handle);
  } catch (error) {
    throw readFailure(error, file);
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, out: string): Promise<{ header: Header; end: number }> {
  const start = Buffer.alloc(8);
  await readAll(handle, start, 0, out);
  const length = start.readUInt32LE(4);
  if (start.toString('latin1', 0, 4) !== MAGIC || length > LONGEST_HEADER) throw damaged(out);
  const text = Buffer.alloc(length);
  await readAll(handle, text, 8, out);
  try {
    return { header: v.parse(headerSchema, JSON.parse(text.toString())) as unknown as Header, end: 8 + length };
  } catch {
    throw damaged(out);
  }
}

async function readAll(handle: FileHandle, into: Buffer, from: number, out: string): Promise<number> {
  for (let at = 0; at < into.length;) {
    const { bytesRead } = await handle.read(into, at, into.length - at, from + at);
    if (bytesRead === 0) throw damaged(out);
    at += bytesRead;
  }
  return into.length;
}

const damaged = (out: string) => new UserError('bad-model.checkpoint-damaged', { file: checkpointFile(out) });
