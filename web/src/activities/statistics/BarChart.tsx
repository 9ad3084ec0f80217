import { BarChart as Bars, type BarSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent, type GridComponentOption, type LegendComponentOption, type TooltipComponentOption } from 'echarts/components';
import { init, use as register, type ComposeOption, type ECharts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { FONT } from '@/ui/font';

register([Bars, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

type Options = ComposeOption<BarSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

export interface Series {
  name: string;
  color: string;
  values: number[];
}

interface Props {
  names: string[];
  series: Series[];
  /** Columns that stand, for days; else bars that lie, for people. */
  standing: boolean;
  onPick: (name: number, series: number) => void;
}

const INK = '#5b6170';
const LINE = '#e7e4dc';

function optionsOf({ names, series, standing }: Props): Options {
  const category = { type: 'category' as const, data: names, inverse: !standing, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK, width: standing ? undefined : 110, overflow: 'truncate' as const } };
  const value = { type: 'value' as const, minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: INK } };
  return {
    textStyle: { fontFamily: FONT },
    animationDuration: 300,
    grid: { left: 8, right: 20, top: 36, bottom: 4, outerBoundsMode: 'same' },
    legend: { top: 0, left: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10, textStyle: { color: INK } },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, renderMode: 'richText', confine: true, textStyle: { fontFamily: FONT, fontSize: 13 } },
    xAxis: standing ? category : value,
    yAxis: standing ? value : category,
    series: series.map((one) => ({ type: 'bar', stack: 'all', name: one.name, data: one.values, itemStyle: { color: one.color }, barMaxWidth: 26 })),
  };
}

/** Stacked bars; what they say stands in the table beside them too. */
export default function BarChart(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
    chart.current?.setOption(optionsOf(props), true);
  }, [props]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const made = init(element, undefined, { renderer: 'svg' });
    chart.current = made;
    made.setOption(optionsOf(latest.current));
    made.on('click', ({ dataIndex, seriesIndex }) => { latest.current.onPick(dataIndex, seriesIndex ?? 0); });
    const watcher = new ResizeObserver(() => { made.resize(); });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = undefined;
    };
  }, []);
  const height = props.standing ? 300 : Math.max(180, props.names.length * 34 + 60);
  return <div ref={box} style={{ height }} aria-hidden="true" />;
}
