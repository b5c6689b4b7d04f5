import { describe, expect, test } from 'vitest';
import type { StoredSignal } from '../../../core/alerts/stored-signal.ts';
import { isWebhookSecret } from '../../../core/notifications/webhook-secret.ts';
import { discordRequest, signature, telegramRequest } from '../../../lambdas/notify/requests.ts';
import { textOf } from '../../../lambdas/notify/words.ts';

const AT = '2026-03-01T12:00:00.000Z';

test('a webhook is signed as the example of the specification’s authors', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

describe('a signing secret', () => {
  const of = (bytes: number) => `whsec_${Buffer.alloc(bytes, 255).toString('base64')}`;
  test.each([of(24), of(25), of(32), of(64)])('%s', (text) => expect(isWebhookSecret(text)).toBe(true));
  test.each([of(23), of(65), of(32).slice(6), of(25).replace('=', ''), 'whsec_', 'whsec_%%%%', `${of(32)}\n`, ''])(
    'is not %j',
    (text) => expect(isWebhookSecret(text)).toBe(false),
  );
});

describe('where it goes', () => {
  const notice = { id: 'msg_1', type: 'test', at: AT, user_id: 'ana', text: 'hello' } as const;

  test('the operator’s word decides over Telegram’s and Discord’s addresses', async () => {
    const bot = { chat_id: '42', bot_token: '1:abc' };
    const telegram = await telegramRequest(notice, bot, 'https://telegram.example/');
    expect(telegram.destination).toEqual({
      url: 'https://telegram.example/bot1:abc/sendMessage',
      allowLoopback: true,
    });
    const webhook = 'https://ptb.discord.com/api/webhooks/1/abc?thread_id=7';
    const discord = await discordRequest(notice, webhook, 'https://discord.com');
    expect(discord.destination).toEqual({
      url: 'https://discord.com/api/webhooks/1/abc?thread_id=7&wait=true',
      allowLoopback: true,
    });
  });
});

describe('the text', () => {
  const signal = {
    ticker: 'BINANCE:BTCUSDT',
    timeframe: '15m',
    direction: 'long',
    signal_type: 'Divergencia Alcista 🟢',
    price: '67890.12',
    indicator: 'ADX',
    screenshot_reason: 'chart_not_found',
  } as StoredSignal;

  test('speaks the user’s language in the user’s time zone', () => {
    const user = { language: 'es', timezone: 'America/Lima' } as const;
    expect(textOf('screenshot.completed', AT, user, signal)).toBe(
      [
        'Imagen de la señal',
        'BINANCE:BTCUSDT · 15m · LARGO · Divergencia Alcista 🟢',
        'Precio: 67890.12',
        'Indicador: ADX',
        '1/3/26, 7:00:00 (America/Lima)',
      ].join('\n'),
    );
    const english = textOf('screenshot.failed', AT, { language: 'en', timezone: 'UTC' }, signal);
    expect(english).toContain('Reason: chart_not_found');
    expect(english).toContain('01/03/2026, 12:00:00 (UTC)');
    expect(textOf('session.expired', AT, user, undefined)).toContain('ha caducado');
  });

  test('is short, however long the alert’s facts are, and cuts no character', () => {
    const long = {
      ...signal,
      ticker: '🐸'.repeat(500),
      indicator: 'a\n'.repeat(5000),
      signal_type: 'x'.repeat(60_000),
    };
    const text = textOf('screenshot.failed', AT, { language: 'es', timezone: 'UTC' }, long);
    expect(text.length).toBeLessThan(1024);
    expect(text.isWellFormed()).toBe(true);
    expect(textOf('signal.created', AT, { language: 'es', timezone: 'UTC' }, {} as StoredSignal)).toContain(
      'Señal sin símbolo',
    );
  });
});
