import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeColumns, decodePng, type Pixels } from '../../../lambdas/browser/png.ts';
import { encodePng } from './paint.ts';

const pictures = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 12 }),
    channels: fc.constantFrom(3, 4),
  })
  .chain((shape) => {
    const length = shape.width * shape.height * shape.channels;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ ...shape, data }));
  });

/** A PNG of a picture, each row with the filter that stands at its place in `filters`. */
const write = (pixels: Pixels, filters: readonly number[]) =>
  encodePng(pixels, (row) => filters[row] ?? 0, pixels.channels === 3 ? 2 : 6);
const filtersAmong = (...filters: number[]) => fc.array(fc.constantFrom(...filters), { minLength: 12, maxLength: 12 });

it('what was written is read, whatever the filters of its rows', () => {
  fc.assert(
    fc.property(pictures, filtersAmong(0, 1, 2, 3, 4), (pixels, filters) => {
      expect(decodePng(write(pixels, filters))).toEqual(pixels);
    }),
  );
});

it.each([
  ['filters that look at no other column', [0, 2]],
  ['any filters', [0, 1, 2, 3, 4]],
])('columns are read as they stand in the picture: %s', (_, among) => {
  const somewhere = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pictures, filtersAmong(...among), somewhere, (pixels, filters, places) => {
      const { width, height, channels, data } = pixels;
      const columns = places.map((place) => Math.floor(place * width));
      const read = decodeColumns(write(pixels, filters), () => columns);
      expect(read).toMatchObject({ width: columns.length, height, channels });
      const expected = Array.from({ length: height }, (_row, y) =>
        columns.map((x) => [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)]),
      );
      expect([...read.data]).toEqual(expected.flat(2));
    }),
  );
});

it('what is no PNG, is cut short or of another kind is an error', () => {
  const pixels = { width: 2, height: 2, channels: 3, data: new Uint8Array(12) };
  const png = encodePng(pixels, () => 0);
  expect(() => decodeColumns(png, (width) => [width])).toThrow('No such column');
  expect(() => decodePng(Buffer.from('<html>not a picture</html>'))).toThrow('Not a PNG');
  expect(() => decodePng(png.subarray(0, 60))).toThrow();
  expect(() => decodePng(encodePng(pixels, () => 0, 3))).toThrow('kind of PNG');
  expect(() => decodePng(encodePng({ ...pixels, height: 1 }, () => 5))).toThrow('unknown filter 5');
});
