import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../../lambdas/chart/png.ts';

const decode = (file: Uint8Array) => PNG.sync.read(Buffer.from(file));

describe('PNG', () => {
  it('keeps every pixel of a picture of up to 256 colours', () => {
    const colours = fc.array(fc.integer({ min: 0, max: 0xffffff }), { minLength: 1, maxLength: 256 });
    const picture = fc.record({
      colours,
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(picture, fc.infiniteStream(fc.nat()), ({ colours, width, height }, chances) => {
        const rgba = Buffer.alloc(width * height * 4);
        for (let at = 0; at < rgba.length; at += 4) {
          const colour = colours[(chances.next().value ?? 0) % colours.length] ?? 0;
          rgba.writeUInt32BE(((colour << 8) | 255) >>> 0, at);
        }
        const png = decode(encodePng(rgba, width, height));
        expect([png.width, png.height]).toEqual([width, height]);
        expect(png.data.equals(rgba)).toBe(true);
      }),
    );
  });

  it('turns the rarest of more colours into their nearest', () => {
    const rgba = Buffer.alloc(300 * 3 * 4);
    for (let i = 0; i < 900; i++) rgba.writeUInt32BE((((i % 300 < 256 ? i % 256 : 1000 + i) << 8) | 255) >>> 0, i * 4);
    const { data } = decode(encodePng(rgba, 300, 3));
    for (let i = 0; i < 900; i++) {
      const [wanted, found] = [rgba.subarray(i * 4, i * 4 + 3), data.subarray(i * 4, i * 4 + 3)];
      if (i % 300 < 256) expect(found).toEqual(wanted);
      else expect(Math.hypot(...wanted.map((value, j) => value - (found[j] ?? 0)))).toBeLessThan(30);
    }
  });
});
