import type { CloseReason } from '../contract';

/** WebSocket close codes by which the browser host says why (4000–4999 are free for applications, RFC 6455 §7.4.2). */
export const CLOSE_CODES = { restarted: 4001, ended: 4002, stopped: 1001 } as const satisfies Record<
  CloseReason,
  number
>;

/** The reason behind a close code. A connection that just broke (1006) means that the app is gone: both ends are on this machine. */
export function closeReason(code: number): CloseReason {
  if (code === CLOSE_CODES.restarted) return 'restarted';
  if (code === CLOSE_CODES.ended) return 'ended';
  return 'stopped';
}
