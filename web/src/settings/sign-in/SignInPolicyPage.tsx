import { Button, Card, Form, InputNumber, Switch } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useRecord, useUpdateRecord } from '@/api/records';
import type { FieldMeta, QueryBody, RecordAnswer, Values } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { signInPolicyTexts } from './texts';
import '@/records/list';
import './sign-in-policy.css';

const POLICY = 'sign_in_policy';
const ONE: QueryBody = { object: POLICY, fields: ['name'], order: [{ field: 'id' }], limit: 1 };

/** The rules of signing in: the one record of its object, as one form. */
export default function SignInPolicyPage() {
  const t = useTexts(signInPolicyTexts);
  const c = useTexts(common);
  const object = useModel().object(POLICY);
  const found = useRecords(ONE, { enabled: object !== undefined });
  const id = found.data?.rows[0]?.id;
  const policy = useRecord(POLICY, id);
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const error = found.error ?? policy.error;
  const body = () => {
    if (error) return <ErrorState error={error} onRetry={() => { void found.refetch(); void policy.refetch(); }} />;
    if (found.data && id === undefined) return <EmptyState title={t('missing')} />;
    if (!object) return <EmptyState title={c('notFound')} hint={c('notFoundHint')} />;
    if (!policy.data) return <PageSkeleton />;
    return <Rules key={policy.data.version} object={object} answer={policy.data} />;
  };
  return (
    <div className="list-page policy-page">
      <header className="list-head">
        <div className="list-title">
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
      </header>
      {body()}
    </div>
  );
}

function Rules({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(signInPolicyTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const update = useUpdateRecord(POLICY);
  const [form] = Form.useForm<Values>();
  const names = object.layout.sections.flatMap((section) => section.fields);
  const save = (values: Values) => {
    const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== answer.record[name]));
    update.mutate({ id: answer.record.id, values: changed, version: answer.version }, { onSuccess: () => { done(t('saved')); }, onError: failed });
  };
  return (
    <Form form={form} layout="horizontal" colon={false} labelAlign="left" labelWrap requiredMark={false} disabled={!answer.can.update} className="policy-form"
      initialValues={Object.fromEntries(names.map((name) => [name, answer.record[name]]))} onFinish={save}>
      {object.layout.sections.map((section) => (
        <Card key={section.label.zh} size="small" title={label(section.label)}>
          {section.fields.map((name) => {
            const field = object.field(name);
            return field ? <Rule key={name} field={field} /> : null;
          })}
        </Card>
      ))}
      <p className="policy-more">
        <span>{t('perPerson')}</span>
        <Link to="/settings/audit?area=sign_in">{t('toAudit')}</Link>
      </p>
      {answer.can.update ? <Button type="primary" htmlType="submit" loading={update.isPending}>{c('save')}</Button> : null}
    </Form>
  );
}

function Rule({ field }: { field: FieldMeta }) {
  const t = useTexts(signInPolicyTexts);
  const label = useLabel();
  const bounds = field.type === 'integer' ? t('bounds', { low: String(field.minimum), high: String(field.maximum) }) : undefined;
  return (
    <Form.Item name={field.name} label={label(field.label)} extra={label(field.help) || bounds} valuePropName={field.type === 'boolean' ? 'checked' : 'value'}
      rules={field.type === 'integer' ? [{ required: true, message: t('needed') }] : []}>
      {field.type === 'boolean' ? <Switch /> : <InputNumber min={Number(field.minimum)} max={Number(field.maximum)} precision={0} style={{ width: 110 }} />}
    </Form.Item>
  );
}
