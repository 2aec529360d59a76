/** What the emulated main process and the test that shows its page say to one another. */

/** From the test: what the page, or a person, does. */
export type ToMain =
  | { type: 'invoke'; id: number; name: string; args: unknown[]; url: string }
  | { type: 'get'; id: number; url: string }
  | { type: 'data'; port: number; data: unknown }
  /** The page is loading anew; its ports are gone. */
  | { type: 'navigation'; ports: number[] }
  | { type: 'dialog'; id: number; filePaths: string[] }
  | { type: 'second-instance'; argv: string[] }
  | { type: 'crash' }
  | { type: 'close' };

/** From the main process: what the page, or a person, gets to see. */
export type ToTest =
  | { type: 'load'; url: string; options: Electron.BrowserWindowConstructorOptions }
  | { type: 'answer'; id: number; value?: unknown; error?: string }
  | { type: 'send'; channel: string; value: unknown; port?: number }
  | { type: 'data'; port: number; data: unknown }
  | { type: 'closed'; port: number }
  | { type: 'reload' }
  | { type: 'dialog'; id: number; options: Electron.OpenDialogOptions }
  | { type: 'box'; message: string };

/** A page's answer to a request of its own scheme. */
export interface Served {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}
