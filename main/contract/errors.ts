/** What goes wrong, as both sides know it. */

/** What went wrong, for programs; the sentence beside it is for people. */
export type FailureCode =
  | 'not-found'
  | 'no-access'
  | 'no-images'
  | 'bad-image'
  | 'not-onnx'
  | 'bad-model'
  | 'bad-settings'
  | 'no-memory'
  | 'no-space'
  | 'no-device'
  | 'diverged'
  | 'cancelled'
  | 'process-died'
  | 'busy'
  | 'internal';

/** A failure as it crosses the wire (structured clone drops an Error's own fields). */
export interface Failure {
  code: FailureCode;
  /** One or two sentences a person can act on: what, where, what to do. Never a stack trace. */
  message: string;
}

/** An error whose message is already fit for a person. Everything else is `internal`. */
export class UserError extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = 'UserError';
    this.code = code;
  }
}
