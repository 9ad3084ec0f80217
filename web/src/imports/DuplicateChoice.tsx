import { Radio, Select } from 'antd';
import type { OnDuplicate } from '@/api/imports';
import type { ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { mapTexts } from './mapTexts';
import { matchable, usedMatch, type Plan } from './plan';

interface Props {
  object: ObjectModel;
  plan: Plan;
  onChange: (plan: Plan) => void;
}

/** What becomes of rows whose record exists already, and how that is seen. */
export function DuplicateChoice({ object, plan, onChange }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const canCreate = object.can('create');
  const canUpdate = object.can('update');
  const option = (value: OnDuplicate, text: string, allowed: boolean, needed: string) => ({
    value, disabled: !allowed, label: allowed ? text : `${text} (${needed})`,
  });
  const choose = (onDuplicate: OnDuplicate) => {
    // The name is what people recognise a record by, unless they say otherwise.
    const match = usedMatch(object, plan);
    const name = matchable(object, plan).find((field) => field.name === object.name_field);
    onChange({ ...plan, onDuplicate, match: match.length === 0 && name ? [name.name] : match });
  };
  return (
    <section className="import-card">
      <h2>{t('duplicates')}</h2>
      <Radio.Group
        className="duplicate-choice"
        aria-label={t('duplicates')}
        value={plan.onDuplicate}
        options={[
          option('create', t('create'), canCreate, t('noCreate')),
          option('skip', t('skipExisting'), canCreate, t('noCreate')),
          option('update', t('updateExisting'), canUpdate, t('noUpdate')),
          option('reject', t('rejectExisting'), canCreate, t('noCreate')),
        ]}
        onChange={(event) => { choose(event.target.value as OnDuplicate); }}
      />
      {plan.onDuplicate === 'create' ? null : (
        <label className="duplicate-match">
          <span>{t('match')}</span>
          <Select
            mode="multiple"
            aria-label={t('match')}
            placeholder={t('chooseMatch')}
            status={usedMatch(object, plan).length === 0 ? 'error' : undefined}
            value={usedMatch(object, plan)}
            options={matchable(object, plan).map((field) => ({ value: field.name, label: label(field.label) }))}
            onChange={(match: string[]) => { onChange({ ...plan, match }); }}
          />
          <span className="import-hint">{t('matchHint')}</span>
        </label>
      )}
    </section>
  );
}
