import { textWidth, type Weight } from '../../../lambdas/chart/font.ts';
import { PALETTES } from '../../../lambdas/chart/theme.ts';

export interface TextBox {
  content: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const WATERMARKS = new Set(Object.values(PALETTES).flatMap((palette) => [palette.watermark, palette.watermarkWords]));

const TEXT =
  /<text x="([\d.-]+)" y="([\d.-]+)" font-family="[^"]+" font-size="([\d.]+)" font-weight="(\d+)" fill="([^"]+)" text-anchor="(\w+)">([^<]*)<\/text>/g;

/** Where a picture's texts stand by the font's measures; the watermark behind the candles is left out. */
export function textBoxes(svg: string): TextBox[] {
  return [...svg.matchAll(TEXT)].flatMap(([, x, y, size, weight, fill, anchor, escaped]) => {
    const content = (escaped ?? '')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, '&');
    if (WATERMARKS.has(fill ?? '') || content === '') return [];
    const face: Weight = weight === '500' ? 'medium' : 'bold';
    const width = textWidth(content, Number(size), face);
    const left = Number(x) - { start: 0, middle: width / 2, end: width }[anchor as 'start' | 'middle' | 'end'];
    return [
      {
        content,
        left,
        right: left + width,
        top: Number(y) - Number(size) * 0.72,
        bottom: Number(y) + Number(size) * 0.05,
      },
    ];
  });
}

/** Pairs of texts that stand upon each other. */
export function overlaps(boxes: TextBox[]): [string, string][] {
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b): [string, string] => [a.content, b.content]),
  );
}
