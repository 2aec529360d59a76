/** The command that is printed is one that runs: pasted into a shell, it means the same files. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { quoted, resumeCommand } from '../../../main/cli/resume';
import { DEFAULT_TUNING } from '../../../main/engine/runs';
import { smallRun } from '../runs/small-run';

const NAMES = [
  'faces',
  "it's",
  'my "photos"',
  '$HOME',
  '`id`',
  'a!b',
  'a\\b',
  'a;b|c&d',
  '*',
  'é ü',
  'two\nlines',
  '#1',
  '~x',
];

it.skipIf(process.platform === 'win32').each(NAMES)('a shell reads %j as it is', (name) => {
  expect(execFileSync('sh', ['-c', `printf %s ${quoted(name)}`], { encoding: 'utf8' })).toBe(name);
});

it('a name like an option is no option, and what no shell touches stays as it is', () => {
  expect(quoted('-x', 'linux')).toBe('./-x');
  expect(quoted('photos/2024_a.b', 'linux')).toBe('photos/2024_a.b');
  expect(quoted('my photos', 'win32')).toBe('"my photos"');
});

it('`!` stands within single quotes, where an interactive shell leaves it alone', () => {
  const settings = smallRun({ kind: 'ae', images: 'wow!x', out: "it's m", tuning: DEFAULT_TUNING });
  expect(resumeCommand(settings)).toMatch(/ train 'wow!x' --kind ae --out 'it'\\''s m' --resume$/);
});
