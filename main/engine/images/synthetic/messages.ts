/** What the engine and the thread that draws faces say to one another. A message to the thread cancels it. */
import type { Failure } from '../../../contract';
import type { FacesSettings } from './write';

export interface FacesJob {
  folder: string;
  settings: FacesSettings;
}

export type FacesMessage = { done: number; total: number } | Failure | 'written';
