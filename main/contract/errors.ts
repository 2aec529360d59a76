/** What goes wrong, as both sides know it. */
import { inEnglish, type Message, type MessageKey, type MessageValues } from './messages';

/** What went wrong, for programs; the message beside it is for people. */
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

/** Names one failure: its code, and after a dot what exactly. Their words are in `english.ts`. */
export type FailureKey = Extract<MessageKey, `${FailureCode}.${string}`>;

/** A failure as it crosses the wire (structured clone drops an Error's own fields). */
export interface Failure extends Message {
  key: FailureKey;
  code: FailureCode;
  /** In English: one or two sentences a person can act on: what, where, what to do. Never a stack trace. */
  message: string;
}

type FailureArguments = { [K in FailureKey]: [key: K, ...values: MessageValues<K>] }[FailureKey];

/** An error whose message is fit for a person. Everything else is `internal`. */
export class UserError extends Error {
  readonly key: FailureKey;
  readonly values: Message['values'];

  constructor(...[key, given]: FailureArguments) {
    const values: Message['values'] = given ?? {};
    super(inEnglish({ key, values }));
    this.name = 'UserError';
    this.key = key;
    this.values = values;
  }

  /** The error that was thrown on the other side. */
  static of({ key, values }: Failure): UserError {
    return new UserError(...([key, values] as unknown as FailureArguments));
  }

  get code(): FailureCode {
    return this.key.split('.')[0] as FailureCode;
  }

  get failure(): Failure {
    const { key, values, code, message } = this;
    return { key, values, code, message };
  }
}
