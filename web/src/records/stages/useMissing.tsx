import { App } from 'antd';
import { useState, type Ref, useImperativeHandle, createRef } from 'react';
import { ModelContext, namePath, useModel, type ObjectModel } from '@/api/metadata';
import { isApiError } from '@/api/errors';
import type { FieldMeta, Values } from '@/api/types';
import { isBlank } from '@/fields';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { missingFor } from './missing';
import { stageTexts } from './texts';
import './stages.css';

interface Entered {
  values: () => Values;
  tell: (error: unknown) => void;
}

/**
 * A move to a stage that is refused because fields are blank: asks for them in a small dialog and tries again with them.
 * `retry` stores the move together with what was filled in. Resolves to what it stored, or undefined where nobody was
 * asked (the error is another) or the person let it be (`asked`).
 */
export function useMissing(object: ObjectModel) {
  const { modal } = App.useApp();
  const t = useTexts(stageTexts);
  const model = useModel();
  const label = useLabel();
  return <T,>(error: unknown, row: Values, stage: string, retry: (values: Values) => Promise<T>): Promise<{ asked: boolean; saved?: T }> => {
    const fields = missingFor(object, error);
    if (!fields) return Promise.resolve({ asked: false });
    const option = object.field(object.stage_field ?? '')?.options?.find((one) => one.value === stage);
    const form = createRef<Entered>();
    return new Promise((resolve) => {
      modal.confirm({
        title: t('missingTitle'),
        icon: null,
        width: 440,
        okText: t('move'),
        cancelText: t('cancel'),
        autoFocusButton: null,
        content: (
          <ModelContext value={model}>
            <div>{t('missingHint', { stage: option ? label(option.label) : stage })}</div>
            <MissingFields ref={form} fields={fields} row={row} />
          </ModelContext>
        ),
        onOk: async () => {
          try {
            resolve({ asked: true, saved: await retry(form.current?.values() ?? {}) });
          } catch (again) {
            form.current?.tell(again);
            throw again;
          }
        },
        onCancel: () => { resolve({ asked: true }); },
      });
    });
  };
}

function MissingFields({ fields, row, ref }: { fields: FieldMeta[]; row: Values; ref: Ref<Entered> }) {
  const label = useLabel();
  const u = useTexts(uiTexts);
  const [values, setValues] = useState<Values>({});
  const [names, setNames] = useState<Values>({});
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  useImperativeHandle(ref, () => ({
    values: () => values,
    tell: (error) => { setProblems(isApiError(error) ? error.byField() : { '': [errorText(error, u)] }); },
  }), [values, u]);
  const others = Object.entries(problems).filter(([name]) => !fields.some((field) => field.name === name)).flatMap(([, told]) => told);
  return (
    <div className="missing-fields">
      {fields.map((field, n) => {
        const { Input } = FIELD_WIDGETS[field.type];
        const id = `missing-${field.name}`;
        const path = namePath(field.name);
        return (
          <div key={field.name}>
            <label htmlFor={id}>{label(field.label)}</label>
            <Input
              id={id} field={field} value={values[field.name]} record={{ ...row, ...values }} autoFocus={n === 0} name={(names[path] as string | null | undefined) ?? null}
              status={problems[field.name] && isBlank(values[field.name]) ? 'error' : undefined}
              onChange={(value, name) => { setValues((before) => ({ ...before, [field.name]: value })); if (name !== undefined) setNames((before) => ({ ...before, [path]: name })); }}
            />
            {problems[field.name]?.map((text) => <div key={text} className="problem" role="alert">{text}</div>)}
          </div>
        );
      })}
      {others.map((text) => <div key={text} className="problem" role="alert">{text}</div>)}
    </div>
  );
}
