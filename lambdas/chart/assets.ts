/**
 * The files that drawing needs besides code. In a bundle they lie beside `index.mjs` under `file`; run from source they
 * come from the packages that ship them.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const CHART_ASSETS = {
  resvg: { file: 'resvg.wasm', module: '@resvg/resvg-wasm/index_bg.wasm' },
  medium: {
    file: 'ibm-plex-sans-medium.ttf',
    module: '@expo-google-fonts/ibm-plex-sans/500Medium/IBMPlexSans_500Medium.ttf',
  },
  bold: {
    file: 'ibm-plex-sans-semibold.ttf',
    module: '@expo-google-fonts/ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf',
  },
} as const;

export type ChartAsset = keyof typeof CHART_ASSETS;

/** Where the asset lies in the packages: what a bundler has to copy, and to which name. */
export function assetSource(asset: ChartAsset): string {
  return fileURLToPath(import.meta.resolve(CHART_ASSETS[asset].module));
}

export function readAsset(asset: ChartAsset): Buffer {
  try {
    return readFileSync(new URL(CHART_ASSETS[asset].file, import.meta.url));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) throw error;
    return readFileSync(assetSource(asset));
  }
}
