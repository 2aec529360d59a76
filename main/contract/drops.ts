/** Files dropped on a window that cannot say where they lie: their bytes are sent. */

/** Names what is being sent, for the life of one connection. */
export type DropId = string;

export interface DroppedFile {
  /** Relative to what was dropped, with `/`. */
  name: string;
  /** Bytes. */
  size: number;
}

/** What was dropped, kept in the app's data folder. */
export interface Dropped {
  /** `model`: `path` can be opened. `images`: it is a folder of images. */
  kind: 'model' | 'images';
  path: string;
}

export interface DropRequests {
  /**
   * Announces what will be sent; at most 100,000 of 8 GB together.
   * @param name of what was dropped, as people know it
   */
  beginDrop(name: string, announced: DroppedFile[]): Promise<DropId>;
  /** The next bytes of the files, one after the other in the order in which they were announced. */
  dropBytes(id: DropId, bytes: Uint8Array): Promise<void>;
  /** When all bytes are there: a zip of images is unpacked, and what was sent is put in its place. */
  endDrop(id: DropId): Promise<Dropped>;
  cancelDrop(id: DropId): Promise<void>;
  /** What a file is that the host can name: a model, or images; a zip of images is unpacked. */
  unpack(path: string): Promise<Dropped>;
}
