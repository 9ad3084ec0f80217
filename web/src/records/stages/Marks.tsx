import { ClockCircleOutlined, WarningOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { useTexts } from '@/i18n';
import { idleFor, ruleOf, useStageRules } from './rules';
import { stageTexts } from './texts';
import './stages.css';

/** That a deal is overdue, or that nothing has happened to it for too long; nothing for other objects. */
export function Marks({ object, row }: { object: ObjectModel; row: Values }) {
  return object.field('overdue') ? <Shown object={object} row={row} /> : null;
}

function Shown({ object, row }: { object: ObjectModel; row: Values }) {
  const t = useTexts(stageTexts);
  const rules = useStageRules(object);
  const idle = idleFor(row, ruleOf(rules, object, row), new Date());
  if (row.overdue !== true && idle === undefined) return null;
  return (
    <span className="stage-marks">
      {row.overdue === true ? <Tag color="error" icon={<WarningOutlined />} title={t('overdueHint')}>{t('overdue')}</Tag> : null}
      {idle === undefined ? null : <Tag color="warning" icon={<ClockCircleOutlined />} title={t('idleHint')}>{t('idle', { n: idle })}</Tag>}
    </span>
  );
}
