import { describe, expect, it } from 'vitest';
import { about } from '../../../renderer/i18n/motif';
import { en } from '../../../renderer/i18n/translations/en';
import { zh } from '../../../renderer/i18n/translations/zh';

describe('what images are called', () => {
  const words = {
    a: 'A face among faces, “{{face}}”. Face #1, column “face”',
    deep: { b: 'a face' },
    setting: { c: 'Align faces' },
  };

  it('is what they show, but for names and for what is said of faces alone', () => {
    expect(about(words, 'digits', 'en')).toEqual({
      a: 'A digit among digits, “{{face}}”. Digit #1, column “face”',
      deep: { b: 'a digit' },
      setting: { c: 'Align faces' },
    });
    expect(about(words, 'images', 'en')).toMatchObject({
      a: 'An image among images, “{{face}}”. Image #1, column “face”',
    });
    expect(about({ a: '{{count}} 张脸，另一张人脸', b: '一张新面孔' }, 'digits', 'zh-CN')).toEqual({
      a: '{{count}} 个数字，另一个数字',
      b: '一个新数字',
    });
  });

  it.each(['digits', 'images'] as const)('leaves no face where %s are flown through', (motif) => {
    for (const [language, catalogue, face] of [
      ['en', en, /face/i],
      ['zh-CN', zh, /脸|面孔/],
    ] as const) {
      const {
        panels,
        face: card,
        faces,
        newFaces,
        lattice,
        twin,
        posterior,
        paths,
        typicality,
        lost,
      } = about(catalogue, motif, language);
      const said = JSON.stringify([panels, card, faces, newFaces, lattice, twin, posterior, paths, typicality, lost])
        .replace(/"[\w-]+":/g, '')
        .replace(/\{\{.*?\}\}/g, '');
      expect(said).not.toMatch(face);
    }
  });
});
