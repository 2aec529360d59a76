/** How the app is set up on this machine, and what it is made of. */

export interface AppSettings {
  /** Processor threads that networks run on; null: one for each core. */
  threads: number | null;
  /** What trainings begin with; each may choose otherwise. */
  device: 'cpu' | 'gpu';
}

export interface AppFacts {
  version: string;
  /** Versions of what it runs on, by name. */
  parts: Record<string, string>;
  /** Processor cores that this process may use. */
  cores: number;
  /** The app's data folder, and the one of models trained here. */
  home: string;
  models: string;
}

export interface SettingsRequests {
  settings(): Promise<AppSettings>;
  /** What is running already keeps its threads. @returns all settings as they are then */
  changeSettings(change: Partial<AppSettings>): Promise<AppSettings>;
  about(): Promise<AppFacts>;
  /** Licences of all that the app is shipped with; null where it runs from its source. */
  licences(): Promise<string | null>;
  /** Shows one of the app's folders in the file manager of the system. */
  showAppFolder(which: 'home' | 'models'): Promise<void>;
}
