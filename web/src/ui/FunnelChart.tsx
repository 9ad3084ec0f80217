import { FunnelChart as Funnel, type FunnelSeriesOption } from 'echarts/charts';
import { TooltipComponent, type TooltipComponentOption } from 'echarts/components';
import { init, use as register, type ComposeOption, type ECharts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { FONT } from '@/ui/font';

register([Funnel, TooltipComponent, SVGRenderer]);

type Options = ComposeOption<FunnelSeriesOption | TooltipComponentOption>;

export interface FunnelStage {
  value: string;
  name: string;
  won: boolean;
  count: number;
  amount: string;
  size: number;
  /** The stage in a sentence, for the tool tip and for those who do not see the drawing. */
  sentence: string;
}

const WON = '#3a8a4f';
const FIRST = [183, 197, 224] as const;
const LAST = [47, 74, 125] as const;

/** Below this width the labels get less room. */
const NARROW = 440;
const MARGIN = 4;
const LINE = 14;
/** The width of a stage that nothing came through, against the widest. */
const LEAST = 0.12;

/** From light to the full indigo, the closer to the sale; won in green. */
function colorOf(stages: FunnelStage[], n: number): string {
  if (stages[n]?.won) return WON;
  const open = Math.max(1, stages.filter((stage) => !stage.won).length - 1);
  const part = Math.min(1, n / open);
  return `rgb(${FIRST.map((from, i) => Math.round(from + ((LAST[i] ?? from) - from) * part)).join(',')})`;
}

function optionsOf(stages: FunnelStage[], width: number): Options {
  const largest = Math.max(1, ...stages.map((stage) => stage.size));
  const labels = width < NARROW ? 122 : 170;
  const span = (size: number) => (width - MARGIN - labels) * (LEAST + ((1 - LEAST) * size) / largest);
  // The line starts at half height: where the stage narrows much, it must lead past the wider upper edge.
  const lineOf = (stage: FunnelStage, next?: FunnelStage) => LINE + Math.max(0, span(stage.size) - span(next?.size ?? 0)) / 4;
  return {
    textStyle: { fontFamily: FONT },
    tooltip: { trigger: 'item', formatter: (params) => (Array.isArray(params) ? '' : (stages[params.dataIndex]?.sentence ?? '')), textStyle: { fontFamily: FONT, fontSize: 13 }, renderMode: 'richText', confine: true },
    series: [
      {
        type: 'funnel',
        sort: 'none',
        left: MARGIN,
        right: labels,
        top: 4,
        bottom: 4,
        gap: 3,
        minSize: `${String(LEAST * 100)}%`,
        max: largest,
        funnelAlign: 'center',
        itemStyle: { borderWidth: 0 },
        label: {
          position: 'right',
          color: '#1f2430',
          lineHeight: 17,
          formatter: ({ dataIndex }) => {
            const stage = stages[dataIndex];
            return stage ? `{name|${stage.name}}\n{amount|${stage.amount} · ${String(stage.count)}}` : '';
          },
          rich: { name: { fontSize: 13, fontWeight: 500 }, amount: { fontSize: 12, color: '#5b6170' } },
        },
        labelLine: { length: LINE, lineStyle: { color: '#d9d6cf' } },
        emphasis: { label: { fontWeight: 'bold' } },
        data: stages.map((stage, n) => ({ name: stage.name, value: stage.size, itemStyle: { color: colorOf(stages, n) }, labelLine: { length: lineOf(stage, stages[n + 1]) } })),
      },
    ],
  };
}

export default function FunnelChart({ stages, onStage }: { stages: FunnelStage[]; onStage: (value: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const latest = useRef({ stages, onStage });
  useEffect(() => {
    latest.current = { stages, onStage };
    chart.current?.setOption(optionsOf(stages, box.current?.clientWidth ?? 0));
  }, [stages, onStage]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const made = init(element, undefined, { renderer: 'svg' });
    chart.current = made;
    made.setOption(optionsOf(latest.current.stages, element.clientWidth));
    made.on('click', ({ dataIndex }) => {
      const stage = latest.current.stages[dataIndex];
      if (stage) latest.current.onStage(stage.value);
    });
    const watcher = new ResizeObserver(() => {
      made.resize();
      made.setOption(optionsOf(latest.current.stages, element.clientWidth));
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = undefined;
    };
  }, []);
  return (
    <>
      <div ref={box} className="funnel" aria-hidden="true" />
      <ul className="visually-hidden">
        {stages.map((stage) => (
          <li key={stage.value}><button type="button" onClick={() => { onStage(stage.value); }}>{stage.sentence}</button></li>
        ))}
      </ul>
    </>
  );
}
