/** What the requests of one window work with. */
import type { WindowApi } from '../../contract';
import type { Family } from '../beta-family/family';
import type { Bookmarks } from '../home/bookmarks';
import type { DataSets } from '../home/data-sets';
import type { Drops } from '../home/drops';
import type { FaceGroups } from '../home/face-groups';
import type { KeptSettings } from '../home/app-settings';
import type { KeptSession } from '../home/kept-session';
import type { Library } from '../home/library';
import type { Photos } from '../home/photos';
import type { Traits } from '../home/traits';
import type { Estimates, Runs } from '../runs';
import type { Shelf } from '../home/shelf';
import type { Priority } from '../scheduling/priority';
import type { Scoring } from '../scores/processes/scoring';
import type { OpenModels } from './open-models';

/** One per process, for all windows. */
export interface Services {
  /** The app's data folder. */
  home: string;
  library: Library;
  shelf: Shelf;
  bookmarks: Bookmarks;
  groups: FaceGroups;
  dataSets: DataSets;
  drops: Drops;
  session: KeptSession;
  photos: Photos;
  settings: KeptSettings;
  traits: Traits;
  scoring: Scoring;
  family: Family;
  priority: Priority;
  runs: Runs;
  estimates: Estimates;
  /** Tells every window that the list of models is another. */
  modelsChanged(): void;
}

export interface Connection extends Services {
  window: WindowApi;
  open: OpenModels;
  /** Aborted when the window has gone. */
  gone: AbortSignal;
}
