/** What a window was doing last: kept over a restart of the app. */

export interface SessionRequests {
  /** What was kept last, by whichever window; null when that is nothing. Only windows know what it says. */
  keptSession(): Promise<string | null>;
  /** Keeps it in place of what was kept before. */
  keepSession(session: string): Promise<void>;
}
