/** The picture of a signal whose market no exchange of ours knows: its facts, and nothing made up. */

import { type Canvas, canvasOf, MARGIN, sheet } from './canvas.ts';
import { type DrawnFacts, drawnFacts } from './facts.ts';
import { drawable, ellipsised, fittingSize, textWidth, wrapped } from './font.ts';
import { FOOTER_HEIGHT, footer } from './footer.ts';
import { directionBadge } from './header.ts';
import type { ChartInput, SignalFacts } from './input.ts';
import { rasterize } from './raster.ts';
import { type Box, pill, rect, text } from './svg.ts';

const LEFT = MARGIN + 56;
const GAP = 28;

/** PNG of exactly the asked size; `market` is not looked at. */
export async function drawSignalCard(input: ChartInput): Promise<Uint8Array> {
  const canvas = canvasOf(input.look);
  return rasterize(sheet(canvas, signalCard(input.signal, drawnFacts(input.signal, canvas), canvas)));
}

export function signalCard(signal: SignalFacts, facts: DrawnFacts, canvas: Canvas): string {
  const { palette, width, height } = canvas;
  const room = width - 2 * LEFT;
  const panel = { x: MARGIN, y: MARGIN, width: width - 2 * MARGIN, height: height - MARGIN - FOOTER_HEIGHT - 12 };
  const accent = facts.direction === null ? palette.signal : facts.direction === 'long' ? palette.up : palette.down;
  const values = cells(facts, canvas);
  const priceTop = 196;
  const cellsTop = priceTop + (facts.price === null ? 24 : 188);
  const messageTop = cellsTop + CELL_HEIGHT * Math.ceil(values.length / 2) + 24;
  return [
    rect(panel, `rx="28" fill="${palette.panel}"`),
    rect({ x: MARGIN, y: MARGIN + 28, width: 10, height: panel.height - 56 }, `rx="5" fill="${accent}"`),
    title(facts, canvas, room),
    price(facts, canvas, room, priceTop),
    grid(values, canvas, room, cellsTop),
    excerpt(signal, canvas, { x: LEFT, y: messageTop, width: room, height: panel.y + panel.height - messageTop - 36 }),
    footer(signal, null, canvas),
  ].join('');
}

/** Symbol, exchange and timeframe from the left, the direction from the right. */
function title(facts: DrawnFacts, canvas: Canvas, room: number): string {
  const { palette } = canvas;
  const timeframe = facts.timeframe === null ? null : ellipsised(facts.timeframe, 32, 'bold', 120);
  const exchange = facts.exchange === null ? null : ellipsised(facts.exchange, 40, 'medium', 300);
  const beside =
    (timeframe === null ? 0 : textWidth(timeframe, 32, 'bold') + 36 + GAP) +
    (exchange === null ? 0 : textWidth(exchange, 40, 'medium') + GAP) +
    (facts.direction === null ? 0 : directionBadge(facts.direction, canvas, 0, 0).width + GAP);
  const size = fittingSize(facts.symbol, [96, 80, 64, 52], 'bold', room - beside);
  const symbol = ellipsised(facts.symbol, size, 'bold', room - beside);
  let out = text(symbol, LEFT, 164, { size, weight: 'bold', fill: palette.text });
  let x = LEFT + textWidth(symbol, size, 'bold') + GAP;
  if (exchange !== null) {
    out += text(exchange, x, 164, { size: 40, weight: 'medium', fill: palette.muted });
    x += textWidth(exchange, 40, 'medium') + GAP;
  }
  if (timeframe !== null) {
    const colours = { size: 32, fill: palette.line, ink: palette.text };
    out += pill(timeframe, { x, middle: 150, height: 48, padding: 18 }, colours).svg;
  }
  if (facts.direction !== null) {
    const { width } = directionBadge(facts.direction, canvas, 0, 0);
    out += directionBadge(facts.direction, canvas, canvas.width - LEFT - width, 140).svg;
  }
  return out;
}

function price(facts: DrawnFacts, canvas: Canvas, room: number, top: number): string {
  if (facts.price === null) return '';
  const size = fittingSize(facts.price, [132, 110, 92, 76, 60, 48], 'bold', room);
  const shown = ellipsised(facts.price, size, 'bold', room);
  return text(shown, LEFT, top + 124, { size, weight: 'bold', fill: canvas.palette.text });
}

interface Cell {
  label: string;
  value: string;
}

const CELL_HEIGHT = 132;

function cells(facts: DrawnFacts, { words }: Canvas): Cell[] {
  return [
    { label: words.signalType, value: facts.signalType },
    { label: words.indicator, value: facts.indicator },
    { label: words.time, value: facts.time },
  ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]));
}

/** Label over value, two columns. */
function grid(values: Cell[], { palette }: Canvas, room: number, top: number): string {
  const column = (room - 48) / 2;
  return values
    .map(({ label, value }, i) => {
      const x = LEFT + (i % 2) * (column + 48);
      const y = top + 40 + Math.floor(i / 2) * CELL_HEIGHT;
      return (
        text(label, x, y, { size: 28, weight: 'medium', fill: palette.muted }) +
        text(ellipsised(value, 42, 'bold', column), x, y + 52, { size: 42, weight: 'bold', fill: palette.text })
      );
    })
    .join('');
}

/** The alert's own words, as many lines as there is room for. */
function excerpt(signal: SignalFacts, canvas: Canvas, box: Box): string {
  const { palette, words } = canvas;
  const message = drawable(signal.message.slice(0, 4000));
  if (message === '') return '';
  const lineHeight = 46;
  const lines = wrapped(message, 30, 'medium', box.width, Math.max(1, Math.floor((box.height - 72) / lineHeight)));
  return [
    rect({ ...box, height: 2 }, `fill="${palette.line}"`),
    text(words.message, box.x, box.y + 50, { size: 28, weight: 'medium', fill: palette.muted }),
    ...lines.map((line, i) =>
      text(line, box.x, box.y + 104 + i * lineHeight, { size: 30, weight: 'medium', fill: palette.text }),
    ),
  ].join('');
}
