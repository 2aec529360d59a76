/** What can be taken home, and as what. */
import type { CodesFormat, CollectionFormat, PictureFormat } from '../../../main/contract';
import type { VideoFormat } from './encode-video';
import type { Sample } from '../paths/player.svelte';

export type Subject =
  /** One face. `holds`: how its place is called in a file's name. */
  | { kind: 'face'; code: Float32Array; holds: string }
  /** Many faces, in order. `positions`: where they lie in the frame, `[n, 3]`; `seed` of the draws they are. */
  | {
      kind: 'faces';
      codes: Float32Array;
      names: string[];
      positions: Float32Array;
      holds: string;
      columns: number;
      seed?: number;
    }
  /** Faces on the way. */
  | { kind: 'flight'; samples: readonly Sample[]; holds: string }
  /** The space as it is seen. */
  | { kind: 'view'; holds: string };

export type MovingFormat = VideoFormat | 'gif' | 'animated-webp';
export type ExportFormat = PictureFormat | MovingFormat | CodesFormat | CollectionFormat;

const PICTURES = ['png', 'jpg', 'webp'] as const satisfies PictureFormat[];
const MOVING = ['mp4', 'webm', 'gif', 'animated-webp'] as const satisfies MovingFormat[];
const CODES = ['npy', 'csv', 'parquet', 'safetensors'] as const satisfies CodesFormat[];
const COLLECTIONS = ['pictures', 'tensorboard', 'embedding-atlas'] as const satisfies CollectionFormat[];

const among =
  <T extends string>(list: readonly T[]) =>
  (format: string): format is T =>
    (list as readonly string[]).includes(format);

export const isPicture = among<PictureFormat>(PICTURES);
export const isMoving = among<MovingFormat>(MOVING);
export const isCodes = among<CodesFormat>(CODES);
export const isCollection = among<CollectionFormat>(COLLECTIONS);

/** What a subject can be saved as, the usual first. */
export const FORMATS: Record<Subject['kind'], readonly ExportFormat[]> = {
  face: [...PICTURES, ...CODES],
  faces: [...PICTURES, ...COLLECTIONS, ...CODES],
  flight: [...MOVING, ...PICTURES, ...CODES],
  view: PICTURES,
};

/** The ending of a format's files. */
export function endingOf(format: ExportFormat): string {
  if (isCollection(format)) return 'zip';
  return format === 'animated-webp' ? 'webp' : format;
}
