/**
 * Sentences that services and TradingView itself write, as data. `{slot}` reads a value, `{slot=a~b}` one of these words,
 * `(a b~c d)` are alternatives, `*` is anything; capitals make no difference. The first template whose slots all hold what
 * they should wins the line. Each needs a list of alternatives, by which lines that cannot be it are passed over.
 *
 * Slots (`SLOTS` in `match.ts`): `ticker`, `exchange`, `price`, `signal`, `indicator`, `timeframe`, `position` (a size: 0
 * means flat), `level` and `size` (numbers that are no price).
 */
const CROSSING =
  'Crossing Up~Crossing Down~Crossing~Greater Than~Less Than~Crosses Above~Crosses Below~Crossed Above~Crossed Below~Crosses~Crossed~Cruce al alza~Cruce a la baja~Cruce~Cruzando~Mayor que~Menor que~Cruzamento~Kreuzt~Croisement';
const MOVING =
  'Entering Channel~Exiting Channel~Inside Channel~Outside Channel~Moving Up %~Moving Down %~Moving Up~Moving Down';
const ORDER = 'order~orden~ordem~ordre~ordine~ордер~Auftrag~Order~emir~emri~zlecenie~pesanan~lệnh~订单~注文~주문';
const ACTION = 'buy~sell~long~short~compra~venta~venda';
const FILLED =
  'filled on~filled at~ejecutada en~completada en~ejecutado en~executada em~preenchida em~executed on~ausgeführt auf~ausgeführt für~exécuté sur~exécutée sur~eseguito su~исполнен на~исполнена на~gerçekleşti~zrealizowane na~terisi pada~được khớp trên~成交于~約定~체결';
const POSITION =
  'New strategy position is~La nueva posición de la estrategia es~Nueva posición de la estrategia es~Nova posição da estratégia é~A nova posição da estratégia é~Neue Strategieposition ist~Neue Strategie-Position ist~La nouvelle position de la stratégie est~La nuova posizione della strategia è~Новая позиция стратегии';

export const TEMPLATES: readonly string[] = [
  // TradingView's default message of a strategy's order fills
  `{indicator}: (${ORDER}) {signal=${ACTION}} @ {size} (${FILLED}) {ticker}*(${POSITION}) {position}`,
  `{indicator}: (${ORDER}) {signal=${ACTION}} @ {size} (${FILLED}) {ticker}`,
  `(${ORDER}) {signal=${ACTION}} @ {size} (${FILLED}) {ticker}*(${POSITION}) {position}`,
  `(${ORDER}) {signal=${ACTION}} @ {size} (${FILLED}) {ticker}`,
  // TradingView's default messages of price and indicator alerts
  `{indicator} {signal=${CROSSING}} {level} (on~en~em~auf~sur) {ticker}, {timeframe}`,
  `{indicator} {signal=${CROSSING}} {level} (on~en~em~auf~sur) {ticker}`,
  `{ticker}, {timeframe}: {indicator} {signal=${CROSSING}} {level}`,
  `{ticker}, {timeframe} {signal=${MOVING}} {level}`,
  `{ticker} {signal=${MOVING}} {level}`,
  `{ticker} {signal=${CROSSING}} {price}`,
  `{ticker}, {timeframe} {signal=${CROSSING}} {price}`,
  // WunderTrading's signal codes
  '{signal=ENTER-LONG~ENTER-SHORT~EXIT-LONG~EXIT-SHORT~EXIT-ALL}_{exchange}_{ticker}_*',
];
