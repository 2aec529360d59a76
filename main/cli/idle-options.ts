import { UserError } from '../contract';
import { optionOf } from './tuning';

/** An option, whether it does anything here, and with what it does not. */
export type Rule = [option: string, does: boolean, where: string];

/**
 * What was typed and does nothing would be believed to have done something.
 * @param typed options that were given, not left to their defaults
 * @throws UserError `bad-settings` naming the first of them
 */
export function refuseIdle(typed: ReadonlySet<string>, rules: readonly Rule[]): void {
  const idle = rules.find(([option, does]) => typed.has(option) && !does);
  if (idle) throw new UserError('bad-settings.option-idle', { option: `--${optionOf(idle[0])}`, where: idle[2] });
}
