/** How a decoder made elsewhere is to be read, where the guess is wrong. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { DecoderLayout } from '../contract';
import { number } from './tuning';

/** As given on the command line. */
export interface LayoutOptions {
  codeInput?: string;
  imageOutput?: string;
  order?: DecoderLayout['order'];
  imageSize?: Pick<DecoderLayout, 'width' | 'height'>;
  channels?: keyof typeof CHANNELS;
  range?: DecoderLayout['range'];
  set?: Record<string, number>;
}

const CHANNELS = {
  grey: { channels: 1, alpha: false },
  'grey+alpha': { channels: 1, alpha: true },
  rgb: { channels: 3, alpha: false, colours: 'RGB' },
  bgr: { channels: 3, alpha: false, colours: 'BGR' },
  rgba: { channels: 3, alpha: true, colours: 'RGB' },
  bgra: { channels: 3, alpha: true, colours: 'BGR' },
} as const satisfies Record<string, Partial<DecoderLayout>>;

export function addLayout(command: Command): Command {
  return command
    .option('--code-input <name>', 'of a decoder made elsewhere: the input that takes the code')
    .option('--image-output <name>', '… the output that gives the picture')
    .addOption(new Option('--order <order>', '… how its pixels follow one another').choices(['NCHW', 'NHWC', 'flat']))
    .option('--image-size <width>x<height>', '… the pixels of its picture', size)
    .addOption(new Option('--channels <channels>', '… what its channels are').choices(Object.keys(CHANNELS)))
    .addOption(
      new Option('--range <range>', '… which of its numbers are black and white').choices([
        '0..1',
        '-1..1',
        '0..255',
        'logits',
        'imagenet',
      ]),
    )
    .option(
      '--set <name=value>',
      '… the value of another input, such as a class or a truncation; may be repeated',
      setting,
    );
}

function size(text: string): Pick<DecoderLayout, 'width' | 'height'> {
  const [, width, height] = /^(\d+)x(\d+)$/i.exec(text) ?? [];
  if (!width) throw new InvalidArgumentError('It looks like 64x64.');
  return { width: Number(width), height: Number(height) };
}

function setting(text: string, before: Record<string, number> = {}): Record<string, number> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('It looks like psi=0.7.');
  return { ...before, [text.slice(0, at)]: number(text.slice(at + 1)) };
}

/** What is corrected; undefined where nothing is, so that model folders are not refused. */
export function layoutOf({
  codeInput,
  imageOutput,
  order,
  imageSize,
  channels,
  range,
  set,
}: LayoutOptions): Partial<DecoderLayout> | undefined {
  const layout: Partial<DecoderLayout> = {
    ...(codeInput !== undefined && { input: codeInput }),
    ...(imageOutput !== undefined && { output: imageOutput }),
    ...(order && { order }),
    ...imageSize,
    ...(channels && CHANNELS[channels]),
    ...(range && { range }),
    ...(set && { extraInputs: set }),
  };
  return Object.keys(layout).length > 0 ? layout : undefined;
}
