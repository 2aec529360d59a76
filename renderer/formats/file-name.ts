/**
 * The name of a file to be saved: of which model, what it holds, and its format. A plain file name, whatever people call
 * their models.
 * @param holds e.g. `face-12`, `at_1.00_-2.00_0.50` or `holes-17`
 * @param ending without a dot
 */
export function fileName(model: string, holds: string, ending: string): string {
  const plain = (text: string) =>
    text
      .normalize('NFC')
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+|[-.]+$/g, '');
  return `${[plain(model), plain(holds)].filter(Boolean).join('_')}.${ending}`;
}
