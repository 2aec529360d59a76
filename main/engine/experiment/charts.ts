/** The report's charts: values with their intervals, as SVG. */
import type { TopLevelSpec } from 'vega-lite';
import type { Estimate } from '../../contract';

/** One mark of a chart. */
export interface Point {
  /** Where it stands along the axis, which colour and shape it has, and in which panel. */
  x: string | number;
  series: string;
  panel?: string;
  estimate: Estimate;
}

export interface Chart {
  title: string;
  /** What the sample is, below the title: short lines, of which the layout expects more width than they take. */
  subtitle: readonly string[];
  /** Null where the panels say it. */
  xTitle: string | null;
  yTitle: string;
  points: readonly Point[];
  /** A line across, with what it means. */
  reference?: { value: number; label: string };
  log?: boolean;
}

/** The same everywhere; colours that colour-blind people tell apart (Okabe & Ito 2008), and a shape each. */
const SERIES: Record<string, { colour: string; shape: string }> = {
  AE: { colour: '#d55e00', shape: 'circle' },
  VAE: { colour: '#0072b2', shape: 'square' },
  RAE: { colour: '#009e73', shape: 'triangle-up' },
  PCA: { colour: '#767676', shape: 'cross' },
};
const INK = '#333333';
const PANEL = { width: 260, height: 220 };

/** @returns an SVG file's text */
export async function svgOf(chart: Chart): Promise<string> {
  // loaded where it is needed: other commands start without it
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = await new vega.View(vega.parse(compile(specOf(chart)).spec), { renderer: 'none' }).runAsync();
  return view.toSVG();
}

function specOf({ title, subtitle, xTitle, yTitle, points, reference, log = false }: Chart): TopLevelSpec {
  const values = points.map(({ x, series, panel = '', estimate: { value, interval } }) => ({
    x: String(x),
    series,
    panel,
    value,
    low: interval?.[0] ?? value,
    high: interval?.[1] ?? value,
  }));
  const unique = (of: (row: (typeof values)[number]) => string) => [...new Set(values.map(of))];
  const [names, panels] = [
    Object.keys(SERIES).filter((name) => values.some(({ series }) => series === name)),
    unique((row) => row.panel),
  ];
  // a logarithm has no place for intervals that reach 0: they end at the bottom
  const least = Math.min(...values.map(({ value }) => value), reference?.value ?? Infinity) / 1.5;
  const scale = log
    ? ({ type: 'log', domainMin: least, clamp: true } as const)
    : ({ zero: false, nice: true } as const);
  const x = {
    field: 'x',
    type: 'nominal',
    sort: unique((row) => row.x),
    title: xTitle,
    axis: { labelAngle: 0 },
  } as const;
  const xOffset = { field: 'series', sort: names } as const;
  const colour = (of: 'colour' | 'shape') => ({
    field: 'series',
    type: 'nominal' as const,
    title: null,
    scale: { domain: names, range: names.map((name) => SERIES[name][of]) },
  });
  const y = (field: string) => ({ field, type: 'quantitative' as const, title: yTitle, scale });
  const layer = [
    ...(reference
      ? [
          {
            data: { values: [reference] },
            mark: { type: 'rule' as const, color: INK, strokeDash: [4, 4] },
            encoding: { y: y('value') },
          },
        ]
      : []),
    {
      mark: { type: 'rule' as const, strokeWidth: 2 },
      encoding: { x, xOffset, y: y('low'), y2: { field: 'high' }, color: colour('colour') },
    },
    {
      mark: { type: 'point' as const, filled: true, size: 60, opacity: 1 },
      encoding: { x, xOffset, y: y('value'), color: colour('colour'), shape: colour('shape') },
    },
  ];
  const lines = [...subtitle, ...(reference ? [`Dashed: ${reference.label}.`] : [])];
  const common = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 16,
    title: { text: title, subtitle: lines, anchor: 'start' as const, subtitlePadding: 6, offset: 14 },
    data: { values },
    config: {
      font: 'Inter, Helvetica, Arial, sans-serif',
      view: { stroke: null },
      axis: {
        labelColor: INK,
        titleColor: INK,
        gridColor: '#e6e6e6',
        domainColor: '#999999',
        tickColor: '#999999',
        titleFontWeight: 'normal' as const,
      },
      axisX: { grid: false },
      legend: { labelColor: INK, symbolSize: 80 },
      header: { labelColor: INK, labelFontSize: 11 },
      title: { color: '#111111', subtitleColor: '#555555', fontSize: 14, subtitleFontSize: 11 },
    },
  };
  if (panels.every((panel) => panel === ''))
    return { ...common, ...PANEL, width: Math.max(PANEL.width, 70 * unique((row) => row.x).length), layer };
  return {
    ...common,
    facet: { column: { field: 'panel', type: 'nominal', sort: panels, title: null } },
    spec: { ...PANEL, layer },
    resolve: { scale: { x: 'independent' as const } },
  };
}
