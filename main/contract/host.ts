/** What a host gives the window. */

/**
 * Why a channel closed. `restarted`: the engine died and a new one runs, open a new channel. `ended`: the engine
 * died again and stays down for a while. `stopped`: the whole app was stopped, or this side closed the channel.
 */
export type CloseReason = 'restarted' | 'ended' | 'stopped';

/** A two-way pipe of messages, each already decoded to plain values and typed arrays. */
export interface Channel {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void): void;
  /** Called once when the other side is gone. */
  onClose(onClosed: (reason: CloseReason) => void): void;
  close(): void;
}

/** `window.latentscape`, present only where a host has more than a browser offers (Electron's preload). */
export interface HostBridge {
  kind: 'electron';
  /** Asks for a pipe to the engine; its MessagePort arrives as a window message. False when the engine is down for now. */
  connect(): Promise<boolean>;
  /** A native folder dialog; null when dismissed. */
  pickFolder(): Promise<string | null>;
  /** A native file dialog for models and images; null when dismissed. */
  pickFile(extensions: string[]): Promise<string | null>;
  /** The real path of a dropped file; empty for what is not a file. */
  pathOf(file: File): Promise<string>;
  /** `open` gets the path of each model opened from outside the page: the menu, a double click on a file. Earlier ones too. */
  onOpenFile(open: (path: string) => void): void;
}
