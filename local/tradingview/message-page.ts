/** The HTML of what TradingView answers where it shows no chart. */

import type { Language } from './charts.ts';
import { type AssetPaths, escapeHtml, htmlClass } from './page.ts';
import { WORDS } from './words.ts';

export interface Asker {
  language: Language;
  signedIn: boolean;
}

/** For an address at which there is nothing, a chart's too. */
export function notFoundPage(asker: Asker, assets: AssetPaths): string {
  return errorPage(asker, WORDS[asker.language].notFound, assets);
}

/** For a chart that the asker may not see. */
export function notSharedPage(asker: Asker, assets: AssetPaths): string {
  return errorPage(asker, WORDS[asker.language].notShared, assets);
}

export function signInPage({ language }: Asker, assets: AssetPaths): string {
  const { title, text, button } = WORDS[language].signIn;
  return page(
    { language, signedIn: false },
    title,
    `<main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>
<form><input name="id_username"> <input name="id_password" type="password"> <button>${escapeHtml(button)}</button></form></main>`,
    assets,
  );
}

function errorPage(asker: Asker, { title, text }: { title: string; text: string }, assets: AssetPaths): string {
  const body = `<div class="tv-http-error-page"><h1 class="tv-http-error-page__title">${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p></div>`;
  return page(asker, title, body, assets);
}

function page({ language, signedIn }: Asker, title: string, body: string, assets: AssetPaths): string {
  return `<!doctype html>
<html lang="${language}" dir="ltr" class="${htmlClass(signedIn)}">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}"></head>
<body class="message">${body}</body>
</html>
`;
}
