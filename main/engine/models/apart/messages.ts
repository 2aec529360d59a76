import type { Fed, Fetched, Session } from '../session';

/** What the engine asks of the process: one thing at a time. `session`: a number that the engine gives it. */
export type Ask =
  | { do: 'load'; session: number; source: Uint8Array | string }
  | { do: 'run'; session: number; fed: Readonly<Record<string, Fed>>; outputs: readonly string[] }
  | { do: 'release'; session: number };

export type Loaded = Pick<Session, 'inputMetadata' | 'outputMetadata'>;

/** `failed`: what onnxruntime says. */
export type Answer = { failed: string } | { loaded: Loaded } | { fetched: Fetched[] } | { released: true };
