import { describe, expect, it } from 'vitest';
import { english, inEnglish, message, UserError } from '../../../main/contract';

describe('inEnglish', () => {
  it('fills in values, among them messages', () => {
    const reason = message('unreadable.format', { format: 'BMP' });
    expect(inEnglish(message('bad-image.unusable', { file: 'a.bmp', reason }))).toBe(
      '"a.bmp" cannot be used: BMP is not supported: save it as PNG or JPEG. Give another image file.',
    );
  });

  it('puts several messages one after the other', () => {
    const missing = (setting: 'name' | 'out') => message('problem.missing', { setting: message(`setting.${setting}`) });
    expect(inEnglish(message('bad-settings.problems', { problems: [missing('name'), missing('out')] }))).toBe(
      'The name of the model is missing. The folder of the model is missing.',
    );
  });

  it('tells one from many', () => {
    const found = (count: number) => inEnglish(message('no-images.too-few', { folder: 'x', count, least: 2 }));
    expect(found(1)).toContain('1 usable image;');
    expect(found(0)).toContain('0 usable images;');
  });

  it('leaves values as they are, whatever they hold', () => {
    expect(inEnglish(message('not-found.path', { path: '{{path}} $& $1' }))).toContain('"{{path}} $& $1"');
  });
});

describe('UserError', () => {
  it('has the code that its key begins with, and arrives on the other side as it was', () => {
    const error = new UserError('no-space.full', { path: '/a' });
    expect(error).toMatchObject({ code: 'no-space', values: { path: '/a' } });
    expect(error.message).toBe(english['no-space'].full.replace('{{path}}', '/a'));
    const { key, code, values, message: text } = UserError.of(structuredClone(error.failure));
    expect({ key, code, values, message: text }).toEqual(error.failure);
  });
});
