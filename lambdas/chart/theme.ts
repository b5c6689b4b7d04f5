/** Colours. Gold is the signal's alone, so that it is found at a glance among red and green. */

import type { Theme } from './input.ts';

export interface Palette {
  background: string;
  panel: string;
  line: string;
  text: string;
  muted: string;
  up: string;
  down: string;
  upVolume: string;
  downVolume: string;
  /** On `up` and `down`. */
  onColour: string;
  signal: string;
  /** The column behind the signal's candle: the signal's colour thinned out, as every area solid, which draws fastest. */
  signalColumn: string;
  watermark: string;
  /** The watermark's words, which are there to be read. */
  watermarkWords: string;
  onSignal: string;
}

export const PALETTES: Record<Theme, Palette> = {
  dark: {
    background: '#0f141e',
    panel: '#161d2a',
    line: '#222b3a',
    text: '#f1f4f9',
    muted: '#93a0b4',
    up: '#22ab94',
    down: '#f0525f',
    upVolume: '#1b5f5b',
    downVolume: '#74323f',
    onColour: '#ffffff',
    signal: '#ffb627',
    signalColumn: '#312b1f',
    watermark: '#1a1f2a',
    watermarkWords: '#272d3a',
    onSignal: '#1c1503',
  },
  light: {
    background: '#ffffff',
    panel: '#f5f7fa',
    line: '#e6eaf0',
    text: '#111827',
    muted: '#5b6678',
    up: '#089981',
    down: '#e23b4a',
    upVolume: '#a6d8cf',
    downVolume: '#f4b8be',
    onColour: '#ffffff',
    signal: '#f0a30a',
    signalColumn: '#fdf0d8',
    watermark: '#f2f3f5',
    watermarkWords: '#e3e5e9',
    onSignal: '#1c1503',
  },
};
