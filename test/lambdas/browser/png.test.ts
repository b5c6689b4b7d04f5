import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePng } from '../../../lambdas/browser/png.ts';
import { encodePng } from './paint.ts';

it('what was written is read, whatever the filters of its rows', async () => {
  const pictures = fc
    .record({
      width: fc.integer({ min: 1, max: 20 }),
      height: fc.integer({ min: 1, max: 12 }),
      channels: fc.constantFrom(3, 4),
      filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 }),
    })
    .chain((shape) => {
      const length = shape.width * shape.height * shape.channels;
      return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ ...shape, data }));
    });
  await fc.assert(
    fc.asyncProperty(pictures, async ({ width, height, channels, filters, data }) => {
      const pixels = { width, height, channels, data, start: 0, stride: width * channels };
      const png = encodePng(pixels, (row) => filters[row] ?? 0, channels === 3 ? 2 : 6);
      const read = await decodePng(png);
      expect(read).toMatchObject({ width, height, channels });
      const rows = Array.from({ length: height }, (_, row) => {
        const start = read.start + row * read.stride;
        return [...read.data.subarray(start, start + width * channels)];
      });
      expect(rows.flat()).toEqual([...data]);
    }),
  );
});

it('what is no PNG, is cut short or of another kind is an error', async () => {
  const pixels = { width: 2, height: 2, channels: 3, data: new Uint8Array(12), start: 0, stride: 6 };
  const png = encodePng(pixels, () => 0);
  await expect(decodePng(Buffer.from('<html>not a picture</html>'))).rejects.toThrow('Not a PNG');
  await expect(decodePng(png.subarray(0, 60))).rejects.toThrow();
  await expect(decodePng(encodePng(pixels, () => 0, 3))).rejects.toThrow('kind of PNG');
  await expect(decodePng(encodePng({ ...pixels, height: 1 }, () => 5))).rejects.toThrow('unknown filter 5');
});
