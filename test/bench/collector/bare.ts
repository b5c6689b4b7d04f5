import { WebSocket } from 'ws';
import { bybit } from '../../../containers/collector/exchanges/bybit.ts';
import type { Heard } from './client.ts';

/** What everything is measured against: messages are parsed, and nothing is kept. */
export function collect(baseUrl: string, symbols: readonly string[], heard: Heard): void {
  const socket = new WebSocket(`${baseUrl}/v5/public/spot`, { perMessageDeflate: false });
  socket.on('open', () => {
    const topics = symbols.flatMap((symbol) => [bybit.topic('trades', symbol), bybit.topic('orderbook', symbol)]);
    for (let i = 0; i < topics.length; i += 10) socket.send(bybit.request('subscribe', topics.slice(i, i + 10), i));
  });
  socket.on('message', (data) => {
    const { topic = '', type, data: body } = JSON.parse(String(data));
    if (topic.startsWith('publicTrade')) for (const { s, i } of body) heard.trade(s, i);
    else if (type === 'delta') heard.change();
  });
}
