/** Looking through a folder of images before training on it. */
import type { ThumbnailSheets } from './faces';
import type { Curation, SkippedImage } from './images';
import type { Message } from './messages';

/**
 * What is odd about an image. `copy`: the same picture, or nearly, as an earlier one; `tiny`: smaller than training would
 * use it; `off-centre`: its face is far from the middle, or was not found; `plain`: all of about one brightness.
 */
export type ImageMark = 'copy' | 'blurred' | 'tiny' | 'grey' | 'off-centre' | 'plain' | 'noise';

export interface CuratedImage {
  file: string;
  marks: ImageMark[];
  /** The place in the list of the first image of the same picture; its own where there is none before. */
  first: number;
  /** Its folders, and what a CSV file beside the images says of it. */
  labels: string[];
}

export interface FolderContents {
  path: string;
  images: CuratedImage[];
  /** What training would take of each, `[count, 3]`: left, top and side, see `ImageCrop`; of images that are no squares the square in
   * the middle. */
  crops: Float32Array;
  /** One an image, so cropped. */
  thumbnails: ThumbnailSheets;
  skipped: SkippedImage[];
  /** What to know before training on it. */
  warnings: Message[];
}

export interface CurationRequests {
  /** Looks through all images of a folder. Progress as `onFolderProgress`; a later call takes the place of this one. */
  curateFolder(
    path: string,
    imageSize: number,
    align: boolean,
    crop: Curation['crop'],
    imageHeight?: number,
  ): Promise<FolderContents>;
  /** One image of a folder as a JPEG, its longer side at most 512 pixels. */
  imageIn(path: string, file: string): Promise<{ jpeg: Uint8Array; width: number; height: number }>;
  /** Ends what `curateFolder` is doing, if anything: it rejects with `cancelled`. */
  cancelCuration(): Promise<void>;
}
