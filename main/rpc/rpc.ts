/**
 * Calls across a channel: the window's side and the engine's side of the contract. Both take their types from
 * `contract/`, so there is no second list of methods to keep in step.
 */
import { createBirpc } from 'birpc';
import type { Channel, CloseReason, EngineApi, Failure, FailureKey, WindowApi } from '../contract';
import { printable, UserError } from '../contract';

/** What a person reads when the other side is gone. */
const CLOSED = {
  restarted: 'process-died.engine-restarted',
  ended: 'process-died.engine-ended',
  stopped: 'process-died.stopped',
} as const satisfies Record<CloseReason, FailureKey>;

// Requests may take as long as they take: training runs for hours, and a slow disk is not an error.
const NO_TIMEOUT = -1;

/**
 * The engine as the window sees it. Every method rejects with a `UserError`; once the channel has closed, all calls,
 * pending and new, reject with code `process-died`.
 */
export function connectEngine(channel: Channel, window: WindowApi): EngineApi {
  let closed: UserError | null = null;
  const rpc = createBirpc<EngineApi, WindowApi>(window, {
    post: (message) => channel.post(message),
    on: (listener) => channel.listen(listener),
    timeout: NO_TIMEOUT,
    bind: 'functions',
    resolver: (name) => callable(window, name),
  });
  channel.onClose((reason) => {
    closed = new UserError(CLOSED[reason]);
    rpc.$close(closed);
  });
  return everyMethod<EngineApi>(async (name, args) => {
    if (closed) throw closed;
    try {
      return await rpc.$call(name as keyof EngineApi, ...(args as never));
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (isFailure(error)) throw UserError.of(error);
      throw new UserError('internal.not-sent', { request: name, detail: String(error) });
    }
  });
}

/**
 * Answers one window's calls with the engine `makeEngine` gives it, and disposes of that engine when the window is gone.
 * A `UserError` crosses as its `Failure`; anything else is a fault of ours: the window gets a plain sentence, stderr the stack.
 */
export function serveEngine(
  channel: Channel,
  makeEngine: (window: WindowApi) => EngineApi & { dispose(): void },
): void {
  let open = true;
  const window = everyMethod<WindowApi>((name, args) => {
    if (open) void rpc.$callEvent(name as keyof WindowApi, ...(args as never));
  });
  const engine = makeEngine(window);
  const rpc = createBirpc<WindowApi, EngineApi>(engine, {
    post: (message) => {
      // A result may be ready after its window has gone.
      if (open) channel.post(message);
    },
    on: (listener) =>
      channel.listen((message) => {
        if (isMessage(message)) return listener(message);
        // What speaks nonsense is not our page. Its channel ends, and nothing else.
        console.error('A window sent something that is no message. It has been disconnected.');
        channel.close();
      }),
    timeout: NO_TIMEOUT,
    bind: 'functions',
    // An answer that cannot be sent is the fault of one request, and no reason for the engine to end.
    onGeneralError: (error, name) => {
      asFailure(error, name ?? 'events');
      return true;
    },
    resolver: (name) => {
      const method = name === 'dispose' ? undefined : callable(engine, name);
      return async (...args: unknown[]) => {
        try {
          if (!method) throw new UserError('bad-settings.unknown-request', { request: name });
          return await method.apply(engine, args);
        } catch (error) {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- an Error would lose its code on the way
          throw asFailure(error, name);
        }
      };
    },
  });
  channel.onClose(() => {
    open = false;
    rpc.$close();
    engine.dispose();
  });
}

/** No request has more arguments, and no name more letters. */
const MOST_ARGUMENTS = 16;
const LONGEST_NAME = 64;

/** Whether something that has come is a call or an answer as birpc sends them. */
function isMessage(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { t, m, a, i } = message as Record<string, unknown>;
  if (i !== undefined && (typeof i !== 'string' || i.length > LONGEST_NAME)) return false;
  if (t === 's') return i !== undefined;
  return (
    t === 'q' && typeof m === 'string' && m.length <= LONGEST_NAME && Array.isArray(a) && a.length <= MOST_ARGUMENTS
  );
}

/** Names come from the other side: only functions of the object's own kind may be called, nothing from `Object.prototype`. */
function callable(target: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  const method = name in Object.prototype ? undefined : (target as Record<string, unknown>)[name];
  return typeof method === 'function' ? (method as (...args: unknown[]) => unknown) : undefined;
}

/** An object on which every method call goes to `call`. It is no thenable, so it can be returned from async functions. */
function everyMethod<T extends object>(call: (name: string, args: unknown[]) => unknown): T {
  return new Proxy({} as T, {
    get: (_, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name, args) : undefined,
  });
}

/** A thrown value as it crosses a process border; the stack of an unexpected one goes to stderr. */
export function asFailure(error: unknown, request: string): Failure {
  if (error instanceof UserError) return error.failure;
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(`The request "${request}" failed: ${told.split('\n').map(printable).join('\n')}`);
  return new UserError('internal.request', { request }).failure;
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'key' in error && 'values' in error;
}
