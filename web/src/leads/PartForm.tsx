import { RightOutlined } from '@ant-design/icons';
import { useState } from 'react';
import type { Target } from '@/api/leads';
import { isLink, type ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { useTexts } from '@/i18n';
import { FormFields } from '@/records/form';
import { fieldsAsked, section } from './conversion';
import { leadTexts } from './texts';

interface Props {
  object: ObjectModel;
  target: Target;
  values: Values;
  /** What the mapping took from the lead. */
  carried: Values;
  names: Record<string, string>;
  problems: Record<string, string[]>;
  /** What the stage that was chosen cannot be without. */
  demanded?: ReadonlySet<string>;
  onChange: (values: Values) => void;
}

const NONE: ReadonlySet<string> = new Set();

/** The fields of a record that is to be made: those that matter, and behind a fold what came along. */
export function PartForm({ object, target, values, carried, names, problems, demanded = NONE, onChange }: Props) {
  const t = useTexts(leadTexts);
  const [open, setOpen] = useState(false);
  const { asked, others } = fieldsAsked(object, target, { carried, values, demanded });
  const unfolded = open || others.some((field) => problems[field.name]);
  const named = Object.fromEntries(object.fields.filter(isLink).map((field) => [field.name, names[String(values[field.name])] ?? null]));
  const form = (fields: typeof asked) => (
    <FormFields
      object={object}
      still
      prefix={`convert-${target}`}
      sections={section(fields)}
      values={values}
      names={named}
      problems={problems}
      onChange={(field, value) => { onChange({ ...values, [field.name]: value }); }}
    />
  );
  return (
    <>
      {form(asked)}
      {others.length > 0 ? (
        <>
          <button type="button" className="convert-fold" aria-expanded={unfolded} onClick={() => { setOpen(!open); }}>
            <RightOutlined rotate={unfolded ? 90 : 0} /> {t('carried', { n: others.length })}
          </button>
          {unfolded ? form(others) : null}
        </>
      ) : null}
    </>
  );
}
