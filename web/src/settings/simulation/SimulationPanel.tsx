import { Alert, Input, Spin, Table, Tabs, type TableProps } from 'antd';
import { useState } from 'react';
import type { BatchBody } from '@/api/batch';
import { useModel } from '@/api/metadata';
import { useSimulation, type Difference, type Effect, type NamedPerson, type Simulation } from '@/api/simulation';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { useNames } from './names';
import { RightsList } from './RightsList';
import { simulationTexts } from './texts';
import './simulation.css';

/** What saving `batches` would do: who gains or loses which records, actions and fields. It asks as soon as it is shown. */
export function SimulationPanel({ batches }: { batches: BatchBody[] }) {
  const t = useTexts(simulationTexts);
  const found = useSimulation(batches);
  if (found.isPending) return <div className="simulation-wait" aria-busy="true"><Spin /> <span>{t('working')}</span></div>;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return <Told told={found.data} />;
}

function Told({ told }: { told: Simulation }) {
  const t = useTexts(simulationTexts);
  const format = useFormat();
  const names = useNames();
  if (told.affected === 0) return <Alert type="success" showIcon title={t('nobody')} />;
  const people: [Parameters<typeof t>[0], NamedPerson[]][] = [
    ['closed', told.closed],
    ['opened', told.opened],
    ['administratorsLost', told.administrators_lost],
    ['administratorsGained', told.administrators_gained],
  ];
  const notes = people.filter(([, some]) => some.length > 0);
  const rest = told.affected - told.counted;
  const losing = told.closed.length > 0 || told.effects.some((effect) => effect.lost.number > 0);
  const sentences = [
    ...notes.map(([key, some]) => t(key, { names: names(some) })),
    ...(told.effects.length === 0 && rest === 0 && notes.length === 0 ? [t('nothingSeen')] : []),
    ...(rest > 0 ? [t('uncounted', { counted: format.number(told.counted), rest: format.number(rest) })] : []),
  ];
  const tabs = [
    ...(told.effects.length > 0 ? [{ key: 'records', label: t('records'), children: <Effects effects={told.effects} /> }] : []),
    ...(told.rights.length > 0 ? [{ key: 'rights', label: t('rights'), children: <RightsList rights={told.rights} /> }] : []),
  ];
  return (
    <div className="simulation">
      <Alert
        type={losing ? 'warning' : 'info'}
        showIcon
        title={t('affected', { n: format.number(told.affected) })}
        description={sentences.length > 0 ? sentences.map((sentence) => <div key={sentence}>{sentence}</div>) : undefined}
      />
      {tabs.length > 0 ? <Tabs items={tabs} /> : null}
    </div>
  );
}

function Effects({ effects }: { effects: Effect[] }) {
  const t = useTexts(simulationTexts);
  const label = useLabel();
  const model = useModel();
  const [sought, setSought] = useState('');
  const shown = effects.filter((effect) => effect.person.name.toLowerCase().includes(sought.trim().toLowerCase()));
  const columns: TableProps<Effect>['columns'] = [
    {
      title: t('person'),
      render: (_, { person }) => person.name,
      onCell: (effect, index) => ({ rowSpan: runOf(shown, effect, index) }),
    },
    { title: t('object'), render: (_, { object, action }) => `${label(model.object(object)?.plural) || object} · ${t(action)}` },
    { title: t('gained'), align: 'right', render: (_, { gained }) => <Number sign="+" difference={gained} /> },
    { title: t('lost'), align: 'right', render: (_, { lost }) => <Number sign="−" difference={lost} /> },
  ];
  const many = new Set(effects.map((effect) => effect.person.id)).size > 5;
  return (
    <>
      {many ? (
        <Input allowClear className="simulation-find" placeholder={t('findPerson')} aria-label={t('findPerson')} value={sought} onChange={(event) => { setSought(event.target.value); }} />
      ) : null}
      <Table<Effect>
        size="small"
        className="simulation-effects"
        columns={columns}
        dataSource={shown}
        rowKey={({ person, object, action }) => `${person.id} ${object} ${action}`}
        pagination={shown.length > PAGE ? { pageSize: PAGE, showSizeChanger: false, size: 'small' } : false}
        scroll={{ x: 'max-content' }}
      />
    </>
  );
}

const PAGE = 20;

/** Over how many rows of its page a person's name stretches; 0 where it stands above already. */
function runOf(effects: Effect[], effect: Effect, index: number | undefined): number {
  const start = effects.indexOf(effect);
  const first = index === 0 || effects[start - 1]?.person.id !== effect.person.id;
  if (!first) return 0;
  const left = PAGE - (index ?? 0);
  const run = effects.slice(start, start + left).findIndex(({ person }) => person.id !== effect.person.id);
  return run === -1 ? Math.min(left, effects.length - start) : run;
}

function Number({ sign, difference }: { sign: '+' | '−'; difference: Difference }) {
  const t = useTexts(simulationTexts);
  const format = useFormat();
  if (difference.number === 0) return <span className="simulation-none">—</span>;
  const names = difference.samples.map((sample) => sample.name).join(t('comma'));
  return (
    <div className={sign === '+' ? 'simulation-gained' : 'simulation-lost'}>
      <strong className="number">{`${sign}${format.number(difference.number)}${difference.capped ? '+' : ''}`}</strong>
      <div className="simulation-samples" title={names}>{t('samples', { names })}</div>
    </div>
  );
}
