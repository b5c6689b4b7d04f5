import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { User } from '../../core/alerts/user.ts';
import type { Notice } from './notice.ts';

/** What notifications say, in the languages they speak. */

interface Words {
  /** BCP 47, for times. */
  locale: string;
  titles: Record<Notice['type'], string>;
  direction: Record<NonNullable<StoredSignal['direction']>, string>;
  unknownTicker: string;
  price: string;
  indicator: string;
  reason: string;
  newSession: string;
}

const WORDS: Record<User['language'], Words> = {
  es: {
    locale: 'es-ES',
    titles: {
      'signal.created': 'Señal nueva',
      'screenshot.completed': 'Imagen de la señal',
      'screenshot.failed': 'Señal sin imagen',
      'session.expired': 'La sesión de TradingView ha caducado',
      test: 'Mensaje de prueba: este canal funciona',
    },
    direction: { long: 'LARGO', short: 'CORTO' },
    unknownTicker: 'Señal sin símbolo',
    price: 'Precio',
    indicator: 'Indicador',
    reason: 'Motivo',
    newSession: 'Hasta que se guarde una nueva, las imágenes son las del gráfico propio.',
  },
  en: {
    locale: 'en-GB',
    titles: {
      'signal.created': 'New signal',
      'screenshot.completed': 'Image of the signal',
      'screenshot.failed': 'Signal without an image',
      'session.expired': 'The TradingView session has expired',
      test: 'Test message: this channel works',
    },
    direction: { long: 'LONG', short: 'SHORT' },
    unknownTicker: 'Signal without a symbol',
    price: 'Price',
    indicator: 'Indicator',
    reason: 'Reason',
    newSession: 'Until a new one is stored, images are those of the built-in chart.',
  },
};

/** A name or a type, as sent, may be as long as an alert. */
const MAX_FACT = 120;

/** At most some 700 characters: Telegram's captions take 1,024, Discord's messages 2,000. */
export function textOf(
  type: Notice['type'],
  at: string,
  { language, timezone }: Pick<User, 'language' | 'timezone'>,
  signal: StoredSignal | undefined,
): string {
  const words = WORDS[language];
  const time = new Date(at).toLocaleString(words.locale, {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const lines = [words.titles[type]];
  if (signal) lines.push(...factLines(signal, words));
  if (type === 'screenshot.failed' && signal?.screenshot_reason) {
    lines.push(`${words.reason}: ${cut(signal.screenshot_reason)}`);
  }
  if (type === 'session.expired') lines.push(words.newSession);
  return [...lines, `${time} (${timezone})`].join('\n');
}

function factLines(signal: StoredSignal, words: Words): string[] {
  const { ticker, direction, signal_type, timeframe, price, indicator } = signal;
  const head = [ticker ?? words.unknownTicker, timeframe, direction && words.direction[direction], signal_type];
  return [
    head.flatMap((part) => (part ? [cut(part)] : [])).join(' · '),
    ...(price === undefined ? [] : [`${words.price}: ${price}`]),
    ...(indicator === undefined ? [] : [`${words.indicator}: ${cut(indicator)}`]),
  ];
}

function cut(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= MAX_FACT ? characters.join('') : `${characters.slice(0, MAX_FACT - 1).join('')}…`;
}
