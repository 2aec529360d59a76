import { expect, it } from 'vitest';
import { fileName } from '../../../renderer/formats/file-name';

it('is a plain file name, whatever the model is called', () => {
  expect(fileName('Portraits VAE', 'face-12', 'png')).toBe('Portraits-VAE_face-12.png');
  expect(fileName('../../etc', 'at_-1.00_-2.00_0.50', 'png')).toBe('etc_at_-1.00_-2.00_0.50.png');
  expect(fileName('人脸 / VAE', 'holes-17', 'csv')).toBe('人脸-VAE_holes-17.csv');
  expect(fileName('???', 'face-3', 'webp')).toBe('face-3.webp');
});
