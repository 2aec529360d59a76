/** Every channel between the page (through the preload script) and the main process. Both sides take their types from here. */
/** Asked by the page, answered by the main process. */
export interface Requests {
  'engine:connect'(): Promise<boolean>;
  'dialog:folder'(): Promise<string | null>;
  'dialog:file'(extensions: string[]): Promise<string | null>;
  /** The page listens from now on: answers the paths that came before. */
  'files:listen'(): Promise<string[]>;
  /** A file was dropped on the page. */
  'files:dropped'(path: string): Promise<void>;
}

/** Sent by the main process unasked. */
export interface Events {
  /** Brings the engine's MessagePort along. */
  'engine:port': void;
  'files:open': string;
}
