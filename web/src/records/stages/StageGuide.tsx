import { Checkbox, Tag } from 'antd';
import { useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { createRecord, deleteRecord, useDataChanged } from '@/api/records';
import type { RecordAnswer, Row } from '@/api/types';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { Marks } from './Marks';
import { outcomeOf, ruleOf, tasksOf, useStageRules } from './rules';
import { stageTexts } from './texts';
import './stages.css';

const CHECK = 'stage_check';

/** Below the stages: how long the record has been where it is, what to do there, and what of it is done. */
export function StageGuide({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(stageTexts);
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const model = useModel();
  const rules = useStageRules(object);
  const { record } = answer;
  const stage = object.field(object.stage_field ?? '');
  const option = stage?.options?.find((one) => one.value === record[stage.name]);
  const rule = ruleOf(rules, object, record);
  const tasks = model.object(CHECK) ? tasksOf(rules, object, record) : [];
  const days = record.days_in_stage;
  const standard = rule?.standard_days;
  const guidance = (language === 'en' ? rule?.guidance_en : null) ?? rule?.guidance;
  const ended = outcomeOf(option) !== 'open' && typeof record.actual_days === 'number';
  const until = record.outcome === 'on_hold' && typeof record.resume_on === 'string' ? record.resume_on : null;
  if (typeof days !== 'number' && !ended && !until && !guidance && tasks.length === 0) return null;
  return (
    <div className="stage-guide">
      <div className="stage-when">
        {ended ? <span>{t('ended', { stage: label(option?.label), n: Number(record.actual_days) })}</span> : null}
        {until ? <Tag color="orange">{t('onHold', { day: format.date(until) })}</Tag> : null}
        {typeof days === 'number' ? (
          <span>
            {t('daysHere', { n: days + 1 })}
            {typeof standard === 'number' ? ` · ${days > standard ? '' : t('standard', { n: standard })}` : ''}
            {typeof standard === 'number' && days > standard ? <Tag color="warning">{t('over', { n: days - standard })}</Tag> : null}
          </span>
        ) : null}
        <Marks object={object} row={record} />
      </div>
      {typeof guidance === 'string' && guidance ? <p className="stage-advice">{guidance}</p> : null}
      {tasks.length > 0 ? <Tasks object={object} answer={answer} tasks={tasks} /> : null}
    </div>
  );
}

function Tasks({ object, answer, tasks }: { object: ObjectModel; answer: RecordAnswer; tasks: Row[] }) {
  const t = useTexts(stageTexts);
  const { language } = useSettings();
  const model = useModel();
  const { failed } = useFeedback();
  const changed = useDataChanged();
  const { record, can } = answer;
  const stage = String(record[object.stage_field ?? ''] ?? '');
  const checks = useRecords({
    object: CHECK, fields: ['stage', 'task'], limit: 500,
    filter: { and: [{ field: 'record_id', op: '=', value: record.id }, { field: 'stage', op: '=', value: stage }] },
  });
  // Ticked at once; what the server says holds when it has answered.
  const [wanted, setWanted] = useState<Record<string, boolean>>({});
  const done = new Map((checks.data?.rows ?? []).map((row) => [String(row.task), row]));
  const mine = can.update && model.object(CHECK)?.can('create') === true;
  const set = async (task: string, on: boolean) => {
    const row = done.get(task);
    setWanted((before) => ({ ...before, [task]: on }));
    try {
      if (on && !row) await createRecord(CHECK, { record_id: { object: object.name, id: record.id }, stage, task });
      if (!on && row) await deleteRecord(CHECK, row.id);
    } catch (error) {
      failed(error);
    }
    await changed();
    setWanted((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== task)));
  };
  return (
    <div className="stage-tasks" role="group" aria-label={t('tasks')}>
      <span>{t('tasks')}</span>
      {tasks.map((task) => (
        <Checkbox key={task.id} checked={wanted[String(task.name)] ?? done.has(String(task.name))} disabled={!mine || checks.isPending} onChange={(event) => void set(String(task.name), event.target.checked)}>
          {String((language === 'en' ? task.name_en : null) ?? task.name)}
          {task.mandatory === true ? <span className="stage-must" title={t('mustDo')} aria-label={t('mustDo')}>*</span> : null}
        </Checkbox>
      ))}
    </div>
  );
}
