import { Form } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { FIELD_WIDGETS } from '@/fields';
import { common, useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { campaignTexts } from './texts';

/** How members of a campaign responded, and when. */
export default function ResponseDialog(props: ActionDialogProps) {
  const t = useTexts(campaignTexts);
  const c = useTexts(common);
  const member = useModel().object(props.object);
  const response = member?.field('response');
  const responded = member?.field('responded_on');
  const [value, setValue] = useState<unknown>(null);
  const [on, setOn] = useState<unknown>(null);
  if (!response) return null;
  const ResponseInput = FIELD_WIDGETS[response.type].Input;
  const DateInput = responded ? FIELD_WIDGETS[responded.type].Input : undefined;
  const params = value === null ? undefined : { response: value, ...(on ? { responded_on: on } : {}) };
  return (
    <ActionForm<{ changed: number }>
      {...props}
      action="set_response"
      title={t('responseTitle', { n: props.ids.length })}
      ok={c('save')}
      params={params}
      told={({ changed }) => t('set', { n: changed })}
    >
      <Form.Item label={t('response')} htmlFor="set-response"><ResponseInput id="set-response" field={response} value={value} autoFocus onChange={setValue} /></Form.Item>
      {responded && DateInput ? (
        <Form.Item label={t('on')} htmlFor="set-responded" extra={t('onHint')}><DateInput id="set-responded" field={responded} value={on} onChange={setOn} /></Form.Item>
      ) : null}
    </ActionForm>
  );
}
