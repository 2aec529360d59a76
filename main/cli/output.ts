/** What the command line says: sentences and a progress bar for people, one JSON object a line for programs. */
import { type Options, SingleBar } from 'cli-progress';
import { type Failure, inEnglish, printable, type SkippedImage } from '../contract';
import { counted } from '../engine/text';

/** Where output goes; the process's own streams, or a test's. */
export interface Streams {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

export class Output {
  readonly #streams: Streams;
  #bar: SingleBar | null = null;
  #skipped: SkippedImage[] = [];

  /** @param json whether a program listens */
  constructor(
    streams: Streams,
    readonly json: boolean,
  ) {
    this.#streams = streams;
  }

  /** For programs only. */
  event<E extends { event: string }>(event: E): void {
    if (this.json) this.#streams.stdout.write(JSON.stringify(event) + '\n');
  }

  /** A result, for people only. */
  say(text: string): void {
    this.#tellSkipped();
    if (!this.json) this.#streams.stdout.write(lines(text));
  }

  /** Something on the side, for people only: kept apart from results, and above the progress bar. */
  note(text: string): void {
    if (this.json) return;
    this.#tellSkipped();
    this.clear();
    this.#streams.stderr.write(lines(text));
  }

  /** Whether a person looks at a terminal. */
  get hasBar(): boolean {
    return !this.json && this.#streams.stderr.isTTY === true;
  }

  /** Draws the progress bar where it can be seen; `after` stands behind it. */
  progress(done: number, total: number, after = ''): void {
    this.#tellSkipped();
    if (!this.hasBar) return;
    if (!this.#bar) {
      this.#bar = new SingleBar({ ...BAR, stream: this.#streams.stderr });
      this.#bar.start(total, done, { after });
    }
    this.#bar.setTotal(total);
    this.#bar.update(done, { after });
  }

  /** Takes the progress bar away. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = null;
  }

  /** An image that was left out. People are told of all of them together, before whatever they are told next. */
  skipped(skipped: SkippedImage): void {
    this.event({ event: 'skipped', file: skipped.file, reason: inEnglish(skipped.reason) });
    if (!this.json) this.#skipped.push(skipped);
  }

  #tellSkipped(): void {
    const skipped = this.#skipped;
    this.#skipped = [];
    if (skipped.length > 0) this.note(summary(skipped).join('\n'));
  }

  failed({ code, message }: Pick<Failure, 'code' | 'message'>): void {
    this.#tellSkipped();
    this.clear();
    this.#streams.stderr.write(lines(message));
    this.event({ event: 'failed', code, message });
  }
}

/** One line for each reason, with how many and the first of them. */
export function summary(skipped: readonly SkippedImage[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, reason } of skipped) {
    const text = inEnglish(reason);
    const files = byReason.get(text);
    if (files) files.push(file);
    else byReason.set(text, [file]);
  }
  return [...byReason].map(([reason, files]) => {
    const first = printable(files[0]);
    return files.length === 1
      ? `Skipped ${first}: ${reason}.`
      : `Skipped ${counted(files.length, 'file')}: ${reason} (the first is ${first}).`;
  });
}

/** Names in a text may be anybody's: none of them steers the terminal. */
const lines = (text: string): string => text.split('\n').map(printable).join('\n') + '\n';

const BAR: Options = {
  format: '{bar} {percentage}% {after}',
  barCompleteChar: '█',
  barIncompleteChar: '░',
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
  fps: 10,
};
