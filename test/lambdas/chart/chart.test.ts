import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { drawSignalCard } from '../../../lambdas/chart/card.ts';
import { drawSignalChart, signalSvg } from '../../../lambdas/chart/chart.ts';
import type { ChartInput } from '../../../lambdas/chart/input.ts';
import { PALETTES } from '../../../lambdas/chart/theme.ts';
import { inputOf, marketAround } from './fixture.ts';
import { overlaps, textBoxes } from './text-boxes.ts';

const LONG_PRICE = '123456789012345.12345678';
const LONG_NAME = 'Indicador con un nombre que no termina nunca '.repeat(3).slice(0, 100);

async function draw(input: ChartInput): Promise<PNG & { bytes: number }> {
  const file = await drawSignalChart(input);
  return Object.assign(PNG.sync.read(Buffer.from(file)), { bytes: file.length });
}

function colourAt(png: PNG, x: number, y: number): string {
  const at = (y * png.width + x) * 4;
  return `#${png.data.subarray(at, at + 3).toString('hex')}`;
}

/** Mean place of the pixels of one colour, and how many there are. */
function find(png: PNG, colour: string, area = { top: 0.2, bottom: 0.9, left: 0, right: 0.88 }) {
  const wanted = Number.parseInt(colour.slice(1), 16);
  const found = { count: 0, x: 0, y: 0 };
  for (let y = Math.floor(png.height * area.top); y < png.height * area.bottom; y++) {
    for (let x = Math.floor(png.width * area.left); x < png.width * area.right; x++) {
      if (png.data.readUInt32BE((y * png.width + x) * 4) >>> 8 !== wanted) continue;
      found.count++;
      found.x += x;
      found.y += y;
    }
  }
  return { count: found.count, x: found.x / found.count / png.width, y: found.y / found.count / png.height };
}

const contents = (input: ChartInput) => textBoxes(signalSvg(input)).map((box) => box.content);

describe('the chart', () => {
  it.each([
    [1280, 720, 300_000],
    [1920, 1080, 300_000],
    [3840, 2160, 900_000],
  ])('is a PNG of %d×%d pixels, small', async (width, height, most) => {
    const png = await draw(inputOf({ look: { width, height } }));
    expect([png.width, png.height]).toEqual([width, height]);
    expect(png.bytes).toBeLessThan(most);
  });

  it.each(['dark', 'light'] as const)('has the colours of the %s theme', async (theme) => {
    const png = await draw(inputOf({ look: { theme } }));
    const palette = PALETTES[theme];
    expect(colourAt(png, 3, 3)).toBe(palette.background);
    for (const colour of [palette.up, palette.down, palette.upVolume, palette.downVolume, palette.signal]) {
      expect(find(png, colour).count).toBeGreaterThan(200);
    }
  });

  it('marks the signal on its candle, wherever that is', async () => {
    const market = marketAround(2456.78, 2);
    for (const index of [20, 60, 110]) {
      const receivedAt = new Date((market.candles[index]?.openTime ?? 0) + 60_000).toISOString();
      const png = await draw(inputOf({ market, signal: { receivedAt, price: '9999' } }));
      const plotted = { left: 44 / 1920, right: 0.88 };
      const expected = plotted.left + ((index + 0.5) / 124) * (plotted.right - plotted.left);
      const marker = find(png, PALETTES.dark.signal, { top: 0.3, bottom: 0.78, left: 0, right: 0.88 });
      expect(marker.count).toBeGreaterThan(300);
      expect(Math.abs(marker.x - expected)).toBeLessThan(0.03);
    }
  });

  it('marks a long signal below its candle and a short one above', async () => {
    const marker = async (direction: 'long' | 'short') =>
      find(await draw(inputOf({ signal: { direction, price: null } })), PALETTES.dark.signal);
    const [long, short] = [await marker('long'), await marker('short')];
    expect(Math.abs(long.x - short.x)).toBeLessThan(0.02);
    expect(long.y).toBeGreaterThan(short.y + 0.05);
  });

  it('says all facts, the price exactly as it came', () => {
    const shown = contents(inputOf());
    for (const fact of ['ETHUSDT', 'BINANCE', '15m', '2456.78', 'LARGO', 'Divergencia Alcista', 'ADX DEF APIDEVS']) {
      expect(shown).toContain(fact);
    }
    expect(shown).toContain('11 mar 2026, 08:37 CET');
    expect(contents(inputOf({ signal: { price: '2456.7800' } }))).toContain('2456.7800');
    expect(contents(inputOf({ signal: { timestamp: '2026-03-11T09:00:00.000Z' } }))).toContain(
      '11 mar 2026, 10:00 CET',
    );
  });

  it('speaks English where asked', () => {
    const shown = contents(inputOf({ look: { language: 'en' }, signal: { direction: 'short' } }));
    expect(shown).toContain('SHORT');
    expect(shown.some((text) => text.startsWith('Volume '))).toBe(true);
    expect(shown).toContain('Candles: Binance spot, ETHUSDT');
    expect(shown.join()).not.toMatch(/Velas|Volumen|CORTO/);
  });

  it('says where its candles come from, and what they stand in for', () => {
    const market = marketAround(2456.78, 2, { exact: false, timeframe: '1h' });
    const shown = contents(inputOf({ market, signal: { ticker: 'OKX:ETHUSDT.P', timeframe: '45m' } }));
    expect(shown).toContain('Velas: Binance spot, ETHUSDT · mercado más cercano a OKX:ETHUSDT.P · velas de 1h');
  });

  it('says that the market is simulated, only where it is', async () => {
    const replay = inputOf({ market: marketAround(2456.78, 2, { replay: true }) });
    expect(contents(replay)).toContain('REPLAY · MERCADO SIMULADO');
    expect(signalSvg(inputOf())).not.toContain('REPLAY');
    const badge = find(await draw(replay), PALETTES.dark.signal, { top: 0.94, bottom: 1, left: 0.02, right: 0.25 });
    expect(badge.count).toBeGreaterThan(2000);
  });

  it('brings a near price into the picture, and says of a far one where it lies instead of squashing candles', async () => {
    const bodies = async (price: string) => {
      const png = await draw(inputOf({ signal: { price } }));
      return find(png, PALETTES.dark.up).count + find(png, PALETTES.dark.down).count;
    };
    expect(contents(inputOf({ signal: { price: '2520.50' } }))).toEqual(expect.arrayContaining(['2520.50']));
    expect(contents(inputOf({ signal: { price: '67890.5' } }))).toContain(
      '↑ Precio de la señal 67890.5, fuera de escala',
    );
    expect(contents(inputOf({ signal: { price: '1.5' } }))).toContain('↓ Precio de la señal 1.5, fuera de escala');
    expect(await bodies('99999')).toBeGreaterThan(0.8 * (await bodies('2456.78')));
  });

  it('stands at any size of price', async () => {
    for (const [price, decimals] of [
      [0.0000001234, 10],
      [0.00000812, 8],
      [0.5, 4],
      [97_123.45, 2],
      [99_999_999, 0],
    ] as const) {
      const input = inputOf({ market: marketAround(price, decimals), signal: { price: price.toFixed(decimals) } });
      const boxes = textBoxes(signalSvg(input));
      expect(overlaps(boxes)).toEqual([]);
      const prices = boxes.filter((box) => box.left > 1500 && box.top > 190 && box.top < 900);
      expect(new Set(prices.map((box) => box.content)).size).toBeGreaterThanOrEqual(4);
      for (const { content } of prices) expect(content).toMatch(/^(-?\d+(\.\d+)?|LARGO)$/);
      expect((await draw(input)).bytes).toBeGreaterThan(10_000);
    }
  });

  it('never lets texts overlap or leave the picture, however long they are', () => {
    const signals = [
      {},
      { price: LONG_PRICE },
      { indicator: LONG_NAME, signal_type: LONG_NAME },
      {
        price: LONG_PRICE,
        indicator: LONG_NAME,
        signal_type: LONG_NAME,
        symbol: 'A'.repeat(80),
        timeframe: 'x'.repeat(40),
      },
      { price: '9'.repeat(200), exchange: LONG_NAME, ticker: LONG_NAME, direction: 'short' as const },
      { price: '0.00000001', symbol: 'BINANCE:ETHUSDT.P/BYBIT:BTCUSDT.P*OKX:SOLUSDT' },
      { price: null, indicator: null, signal_type: null, direction: null, timeframe: null, symbol: null, ticker: null },
    ];
    const markets = [
      marketAround(2456.78, 2, { replay: true, exact: false }),
      marketAround(0.0000001234, 12),
      marketAround(99_999_999, 2, { timeframe: '1d' }),
      null,
    ];
    for (const signal of signals) {
      for (const market of markets) {
        for (const look of [{}, { language: 'en' as const, timezone: 'Asia/Kathmandu' }]) {
          const boxes = textBoxes(signalSvg(inputOf({ signal, market, look })));
          expect(overlaps(boxes)).toEqual([]);
          for (const box of boxes) {
            expect(box.left).toBeGreaterThanOrEqual(0);
            expect(box.right).toBeLessThanOrEqual(1920);
            expect(box.bottom).toBeLessThanOrEqual(1080);
          }
        }
      }
    }
  });

  it('draws no character that the font lacks, and escapes those that SVG reads', async () => {
    const signal = { signal_type: '買 <b>&"🟢" &amp; Señal €₿', message: '<svg onload="x">&' };
    const shown = contents(inputOf({ signal }));
    expect(shown).toContain('<b>&"" &amp; Señal €₿');
    expect((await draw(inputOf({ signal }))).width).toBe(1280);
    expect((await draw(inputOf({ signal, market: null }))).width).toBe(1280);
  });

  it('stands with few candles, flat prices, no volume, and a signal outside of them', async () => {
    const whole = marketAround(2456.78, 2);
    const flat = { openTime: 0, open: '5', high: '5', low: '5', close: '5', volume: '0' };
    const odd = [
      { ...whole, candles: whole.candles.slice(0, 1) },
      { ...whole, candles: whole.candles.slice(0, 7) },
      { ...whole, candles: whole.candles.map(({ openTime }) => ({ ...flat, openTime })) },
    ];
    for (const market of odd) {
      for (const receivedAt of ['2020-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z']) {
        const input = inputOf({ market, signal: { receivedAt } });
        expect(signalSvg(input)).not.toMatch(/NaN|Infinity|undefined/);
        expect(find(await draw(input), PALETTES.dark.signal).count).toBeGreaterThan(200);
      }
    }
  });
});

describe('the card', () => {
  it('is what is drawn without market data or candles', async () => {
    const input = inputOf({ market: null, signal: { ticker: 'NASDAQ:AAPL', exchange: 'NASDAQ', symbol: 'AAPL' } });
    const shown = contents(input);
    for (const fact of ['AAPL', 'NASDAQ', '2456.78', 'LARGO', 'Divergencia Alcista', 'ADX DEF APIDEVS']) {
      expect(shown).toContain(fact);
    }
    expect(shown).toContain('Sin datos de mercado para este símbolo');
    expect(shown).toContain('Señal de compra detectada');
    expect(await drawSignalChart(input)).toEqual(await drawSignalCard(inputOf({ ...input, market: null })));
    expect(signalSvg({ ...input, market: marketAround(1, 2, { candles: [] }) })).toBe(signalSvg(input));
  });

  it('is a picture of the asked size and theme, small', async () => {
    for (const theme of ['dark', 'light'] as const) {
      const png = await draw(inputOf({ market: null, look: { theme, width: 1920, height: 1080 } }));
      expect([png.width, png.height]).toEqual([1920, 1080]);
      expect(colourAt(png, 3, 3)).toBe(PALETTES[theme].background);
      expect(colourAt(png, 960, 60)).toBe(PALETTES[theme].panel);
      expect(png.bytes).toBeLessThan(150_000);
    }
  });

  it('stands when nothing could be read', () => {
    const nothing = { ticker: null, exchange: null, symbol: null, price: null, indicator: null, signal_type: null };
    const shown = contents(
      inputOf({ market: null, signal: { ...nothing, direction: null, timeframe: null, message: '🚀' } }),
    );
    expect(shown).toContain('Señal sin símbolo');
    expect(shown).toContain('11 mar 2026, 08:37 CET');
    expect(shown).not.toContain('Mensaje');
  });
});
