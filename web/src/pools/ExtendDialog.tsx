import { DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useDateFormats, useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { poolTexts } from './texts';

/** Protects records for longer, or asks the pool's administrators for it. */
export default function ExtendDialog(props: ActionDialogProps) {
  const t = useTexts(poolTexts);
  const [day, setDay] = useState<Dayjs | null>(null);
  const formats = useDateFormats();
  const [text, setText] = useState('');
  const params = day ? { until: day.format('YYYY-MM-DD'), description: text.trim() || null } : undefined;
  return (
    <ActionForm told={() => t('done')} {...props} action="extend" title={t('extendTitle')} ok={t('extend')} params={params}>
      <Form.Item label={t('extendDay')} htmlFor="pool-until" extra={t('extendHint')}>
        <DatePicker id="pool-until" style={{ width: '100%' }} format={formats} value={day} minDate={dayjs().add(1, 'day')} onChange={(chosen) => { setDay(chosen); }} />
      </Form.Item>
      <Form.Item label={t('description')} htmlFor="pool-why">
        <Input.TextArea id="pool-why" autoSize={{ minRows: 2, maxRows: 5 }} maxLength={255} value={text} onChange={(event) => { setText(event.target.value); }} />
      </Form.Item>
    </ActionForm>
  );
}
