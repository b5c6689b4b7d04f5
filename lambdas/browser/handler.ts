import { captureWorker } from '../../core/captures/worker.ts';
import { createWarmBrowser } from './browser.ts';
import { drawTradingView } from './draw-tradingview.ts';
import { readSettings } from './settings.ts';

const browser = createWarmBrowser(readSettings());

export const handler = captureWorker('tradingview', (request) => drawTradingView(browser, request));
