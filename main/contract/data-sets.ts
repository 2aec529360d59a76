/** Folders of images that were opened, kept with what was decided about them. Their files stay where they are, untouched. */
import type { Curation } from './images';

export interface DataSet {
  id: string;
  /** 1 to 200 characters; at first that of the folder. */
  name: string;
  /** The folder. */
  path: string;
  /** How many images it had when it was opened last. */
  images: number;
  curation: Curation | null;
  /** When it was opened last, milliseconds since 1970. */
  openedAt: number;
}

/** Images that are other than when the folder was opened before. */
export interface DataSetChanges {
  added: number;
  missing: number;
  changed: number;
}

export interface DataSetRequests {
  /** Those whose folders are there, the latest first. */
  dataSets(): Promise<DataSet[]>;
  /** Notes that a folder is opened, and what has changed in it; null when it was not opened before. */
  openDataSet(path: string): Promise<{ dataSet: DataSet; changes: DataSetChanges | null }>;
  keepDataSet(id: string, change: Partial<Pick<DataSet, 'name' | 'curation'>>): Promise<DataSet>;
  /** Takes it off the list; its images stay. @returns names the removal */
  forgetDataSet(id: string): Promise<string>;
  /** Undoes a removal since the engine was started. */
  takeBackDataSet(removal: string): Promise<void>;
}
