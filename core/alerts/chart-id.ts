/** A chart's id as in `https://www.tradingview.com/chart/<id>/`. */
export const CHART_ID = /^[A-Za-z0-9]{4,32}$/;

export function isChartId(value: string | undefined): value is string {
  return value !== undefined && CHART_ID.test(value);
}
