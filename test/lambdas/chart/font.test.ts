import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawable, ellipsised, fittingSize, textWidth, wrapped } from '../../../lambdas/chart/font.ts';

describe('what can be drawn of a text', () => {
  it.each([
    ['🐸 ADX DEF APIDEVS 👑', 'ADX DEF APIDEVS'],
    ['Divergencia Alcista 🟢', 'Divergencia Alcista'],
    ['⚡️COMPRA⚡️ 👨‍👩‍👧 🇪🇸 1️⃣', 'COMPRA 1'],
    ['Señal: ¿Máximo? ¡Mínimo! áéíóúüñ ÁÉÍÓÚÜÑ çÇ', 'Señal: ¿Máximo? ¡Mínimo! áéíóúüñ ÁÉÍÓÚÜÑ çÇ'],
    ['Sen\u0303al', 'Señal'],
    ['€ ₿ £ $ → ← ↑ ↓ × ± ≥ … – —', '€ ₿ £ $ → ← ↑ ↓ × ± ≥ … – —'],
    ['Сигнал покупки', 'Сигнал покупки'],
    ['買い信号 Kauf 매수 شراء', 'Kauf'],
    ['line\r\n\tbreak\u200b\u202e\u0000', 'line break'],
    ['\ud83d broken', 'broken'],
    ['🚀🚀', ''],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(drawable(text)).toBe(expected);
  });

  it('is drawable itself, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const kept = drawable(text);
        expect(drawable(kept)).toBe(kept);
      }),
    );
  });
});

describe('fitting text by the font', () => {
  it('measures digits as equally wide, and letters as they are', () => {
    expect(textWidth('1111.11', 30, 'bold')).toBeCloseTo(textWidth('8888.88', 30, 'bold'));
    expect(textWidth('WWW', 30, 'medium')).toBeGreaterThan(2 * textWidth('iii', 30, 'medium'));
    expect(textWidth('0', 1000, 'medium')).toBe(600);
  });

  it('never leaves a text wider than its room', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 40, max: 800 }), (text, width) => {
        const fitted = ellipsised(text, 30, 'bold', width);
        expect(textWidth(fitted, 30, 'bold')).toBeLessThanOrEqual(width);
        if (fitted !== text) expect(text.startsWith(fitted.slice(0, -1))).toBe(true);
      }),
    );
    expect(ellipsised('short', 30, 'medium', 500)).toBe('short');
  });

  it('takes the largest size that fits', () => {
    expect(fittingSize('12345', [60, 40, 20], 'bold', 200)).toBe(60);
    expect(fittingSize('12345', [60, 40, 20], 'bold', 130)).toBe(40);
    expect(fittingSize('12345', [60, 40, 20], 'bold', 10)).toBe(20);
  });

  it('breaks lines at words, long words where they must, and says that there was more', () => {
    const text = 'one two three four five six seven';
    const lines = wrapped(text, 20, 'medium', 120, 9);
    expect(lines.join(' ')).toBe(text);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(textWidth(line, 20, 'medium')).toBeLessThanOrEqual(120);
    expect(wrapped(text, 20, 'medium', 120, 2)).toEqual([lines[0], expect.stringMatching(/…$/)]);
    const unbroken = 'x'.repeat(100);
    expect(wrapped(unbroken, 20, 'medium', 120, 50).join('')).toBe(unbroken);
    expect(wrapped('', 20, 'medium', 120, 3)).toEqual([]);
  });
});
