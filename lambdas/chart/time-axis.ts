/** The line of times under the volume. */

import type { ChartTimeframe } from '../../core/market/timeframe.ts';
import { timeTicks } from './axis.ts';
import type { Canvas } from './canvas.ts';
import { drawable, textWidth } from './font.ts';
import type { Bar, TimeScale } from './scale.ts';
import { type Box, text } from './svg.ts';

export const TIME_AXIS_HEIGHT = 52;
const SIZE = 26;
/** Units between two marks, at least on average. */
const SPACING = 150;

/** Labels in the user's timezone beneath `box.y`; one that would stick out at a side is left out. */
export function timeAxis(bars: Bar[], timeframe: ChartTimeframe, time: TimeScale, box: Box, canvas: Canvas): string {
  const { palette, words, look } = canvas;
  const openTimes = bars.map((bar) => bar.openTime);
  const least = SPACING / time.slot;
  return timeTicks(openTimes, { timeframe, timezone: look.timezone, locale: words.locale, least })
    .map(({ index, label, major }) => ({ x: time.x(index), label: drawable(label), major }))
    .filter(({ x, label }) => {
      const half = textWidth(label, SIZE, 'bold') / 2;
      return x - half >= box.x && x + half <= box.x + box.width;
    })
    .map(({ x, label, major }) =>
      text(label, x, box.y + 36, {
        size: SIZE,
        weight: major ? 'bold' : 'medium',
        fill: major ? palette.text : palette.muted,
        anchor: 'middle',
      }),
    )
    .join('');
}
