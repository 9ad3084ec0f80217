import { Form, Select } from 'antd';
import type { FieldBody } from '@/api/definitions';
import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { ProposedEditor } from './proposed';
import { objectsTexts } from './texts';

interface Props {
  /** The object whose field it is. */
  object: string;
  /** As it is being edited. */
  field: FieldBody;
  /** It is there already: what it leads to stays. */
  stored: boolean;
  /** What its type has. */
  settings: ReadonlySet<string>;
  onChange: (part: Partial<FieldBody>) => void;
  /** Told what is still to be said of the records that it proposes. */
  onMissing: (missing: string | undefined) => void;
}

/** What a field that leads to other records has: to which, which of them first, and what becomes of it when they are deleted. */
export function LinkSettings({ object, field, stored, settings, onChange, onMissing }: Props) {
  const t = useTexts(objectsTexts);
  const label = useLabel();
  const model = useModel();
  const options = model.objects.filter((one) => !one.configuration).map((one) => ({ value: one.name, label: label(one.label) }));
  const [own, target] = [model.object(object), model.object(field.target ?? '')];
  const lead = (to: string) => {
    onMissing(undefined);
    onChange({ target: to, proposed: undefined });
  };
  return (
    <>
      {settings.has('target') ? (
        <Form.Item label={t('target')} htmlFor="field-target">
          <Select id="field-target" disabled={stored} value={field.target} options={options} onChange={lead} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
      ) : null}
      {settings.has('targets') ? (
        <Form.Item label={t('targets')} htmlFor="field-targets" className="wide">
          <Select id="field-targets" mode="multiple" value={field.targets ?? []} options={options} onChange={(targets) => { onChange({ targets }); }} optionFilterProp="label" />
        </Form.Item>
      ) : null}
      {settings.has('on_delete') ? (
        <Form.Item label={t('onDelete')} htmlFor="field-on-delete">
          <Select id="field-on-delete" value={field.on_delete ?? 'clear'} options={(['clear', 'restrict', 'cascade'] as const).map((value) => ({ value, label: t(`onDelete_${value}`) }))} onChange={(value) => { onChange({ on_delete: value === 'clear' ? undefined : value }); }} />
        </Form.Item>
      ) : null}
      {settings.has('proposed') && own && target ? (
        <ProposedEditor
          key={target.name}
          object={own}
          target={target}
          value={field.proposed}
          onChange={(proposed, missing) => {
            onMissing(missing);
            onChange({ proposed });
          }}
        />
      ) : null}
    </>
  );
}
