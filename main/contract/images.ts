/** Images, folders of them, and what importing a folder would give. */
import type { Message } from './messages';

/** `data` holds `count` images one after the other, each `height × width × RGBA`. */
export interface ImageBatch {
  count: number;
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** One level of the file system, for hosts without a native dialog. */
export interface FolderListing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  /** Files a person could open here (images, ONNX files), at most 200; the total is in `fileCount`. */
  files: { name: string; path: string }[];
  fileCount: number;
  imageCount: number;
  isModel: boolean;
}

/** A file or folder that was left out, named relative to the folder searched, and why. */
export interface SkippedImage {
  file: string;
  /** Stands behind the file's name, in the middle of a sentence. */
  reason: Message;
}

/** A square part of an image, in multiples of its shorter side. It may reach outside the image. What is higher or lower than
 * it has the same middle. */
export interface ImageCrop {
  left: number;
  top: number;
  side: number;
}

/** What a person has decided about the images of a folder. Files are relative to it. */
export interface Curation {
  /** Files that are not trained on. */
  leaveOut: string[];
  /** What is taken of an image whose face is not looked for: its middle, or where there is most to see. */
  crop: 'centre' | 'attention';
  /** What is taken of single images instead, by file. */
  crops: Record<string, ImageCrop>;
}

/** What takes time when images are read, in about this order. */
export type ImageStage = 'drawing faces' | 'reading images' | 'finding faces' | 'finding copies';

/** What importing a folder would give. */
export interface FolderReport {
  path: string;
  imageCount: number;
  skipped: SkippedImage[];
  /** Smallest shorter side among the readable images, in pixels. */
  smallestSide: number;
  grey: boolean;
  /** Up to 24 images as training would see them. */
  preview: ImageBatch;
}

export interface ImageRequests {
  listFolder(path?: string): Promise<FolderListing>;
  /** Looks at every image's header and decodes the preview. Progress as `onFolderProgress`. */
  inspectFolder(
    path: string,
    imageSize: number,
    align: boolean,
    curation?: Curation,
    imageHeight?: number,
  ): Promise<FolderReport>;
  /**
   * The folder of `count` synthetic faces, drawn when they are not there yet. Progress as `onFacesProgress`; a later call
   * takes the place of this one.
   */
  syntheticFaces(count: number, seed: number, imageSize: number): Promise<string>;
  /** Ends the drawing under way, if any: it rejects with `cancelled`. */
  cancelSyntheticFaces(): Promise<void>;
}

export interface ImageEvents {
  onFolderProgress(path: string, done: number, total: number): void;
  onFacesProgress(done: number, total: number): void;
}
