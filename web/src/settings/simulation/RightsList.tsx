import { Tag } from 'antd';
import { useModel } from '@/api/metadata';
import type { RightsChange, Simulation } from '@/api/simulation';
import type { Action } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useActionLabel } from '../actionLabels';
import { useNames } from './names';
import { simulationTexts } from './texts';

/** Which actions and fields people gain and lose, each change once with everybody whom it is for. */
export function RightsList({ rights }: { rights: Simulation['rights'] }) {
  const names = useNames();
  return (
    <ul className="simulation-rights">
      {rights.map(({ changes, people }) => (
        <li key={people[0]?.id}>
          <strong>{names(people)}</strong>
          {changes.map((change) => <Change key={change.object} change={change} />)}
        </li>
      ))}
    </ul>
  );
}

function Change({ change }: { change: RightsChange }) {
  const t = useTexts(simulationTexts);
  const label = useLabel();
  const actionLabel = useActionLabel();
  const object = useModel().object(change.object);
  const tag = (sign: '+' | '−') => (action: Action) => (
    <Tag key={action} color={sign === '+' ? 'success' : 'error'}>{`${sign} ${actionLabel(action)}`}</Tag>
  );
  return (
    <div className="simulation-change">
      <span>{label(object?.label) || change.object}</span>
      <div>
        {change.lost.map(tag('−'))}
        {change.gained.map(tag('+'))}
        {change.on_menu === null ? null : <div>{t(change.on_menu ? 'onMenu' : 'offMenu')}</div>}
        {change.fields.map(({ field, before, after }) => (
          <div key={field}>
            {label(object?.field(field)?.label) || field}{' '}
            <span className="simulation-levels">{t('becomes', { before: t(`level${before}`), after: t(`level${after}`) })}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
