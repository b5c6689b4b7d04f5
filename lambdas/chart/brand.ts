/** The mark of Vigía: a lookout's eye with its beam. */

import type { Canvas } from './canvas.ts';
import { textWidth } from './font.ts';
import { middleBaseline, path, round, text } from './svg.ts';

/** Mark and name, ending at `right`, around `middle`; returns its width too. */
export function brand(canvas: Canvas, right: number, middle: number, size: number): { svg: string; width: number } {
  const { palette } = canvas;
  const name = 'Vigía';
  const nameWidth = textWidth(name, size, 'bold');
  const eye = size * 1.25;
  const gap = size * 0.35;
  const width = eye + gap + nameWidth;
  const centre = right - nameWidth - gap - eye / 2;
  const half = eye / 2;
  const lid = size * 0.62;
  const outline = `M${round(centre - half)} ${round(middle)}Q${round(centre)} ${round(middle - lid * 1.35)} ${round(centre + half)} ${round(middle)}Q${round(centre)} ${round(middle + lid * 1.35)} ${round(centre - half)} ${round(middle)}z`;
  const svg =
    path(
      outline,
      `fill="none" stroke="${palette.signal}" stroke-width="${round(size * 0.13)}" stroke-linejoin="round"`,
    ) +
    `<circle cx="${round(centre)}" cy="${round(middle)}" r="${round(size * 0.22)}" fill="${palette.signal}"/>` +
    text(name, right - nameWidth, middleBaseline(middle, size), { size, weight: 'bold', fill: palette.text });
  return { svg, width };
}
