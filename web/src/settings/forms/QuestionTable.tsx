import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Select, Space, Table, Tooltip } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { askable, moved, needed, type Question } from './form';
import { webFormTexts } from './texts';

interface Props {
  lead: ObjectModel;
  questions: Question[];
  onChange: (questions: Question[]) => void;
}

/** What a form asks, in its order, each with its own words if it shall have some. */
export function QuestionTable({ lead, questions, onChange }: Props) {
  const t = useTexts(webFormTexts);
  const label = useLabel();
  const change = (at: number, changes: Partial<Question>) => { onChange(questions.map((one, n) => (n === at ? { ...one, ...changes } : one))); };
  const left = lead.fields.filter((field) => askable(field) && !questions.some((one) => one.field === field.name));
  const nameOf = (name: string) => label(lead.field(name)?.label) || name;
  return (
    <div className="web-form-questions">
      <Table<Question>
        size="small"
        rowKey="field"
        pagination={false}
        tableLayout="fixed"
        scroll={{ x: 460 }}
        dataSource={questions}
        columns={[
          { title: t('field'), width: 96, render: (_, one) => nameOf(one.field) },
          {
            title: t('label'),
            render: (_, one, at) => (
              <Space.Compact block>
                {(['zh', 'en'] as const).map((language) => (
                  <Input
                    key={language}
                    size="small"
                    maxLength={120}
                    aria-label={`${nameOf(one.field)} · ${t('label')} (${t(language)})`}
                    placeholder={lead.field(one.field)?.label[language] ?? t(language)}
                    value={one.label[language]}
                    onChange={(event) => { change(at, { label: { ...one.label, [language]: event.target.value } }); }}
                  />
                ))}
              </Space.Compact>
            ),
          },
          {
            title: t('required'),
            width: 92,
            align: 'center',
            render: (_, one, at) => {
              const field = lead.field(one.field);
              const always = field !== undefined && needed(field);
              return (
                <Tooltip title={always ? t('always') : undefined}>
                  <Checkbox checked={one.required || always} disabled={always} aria-label={`${nameOf(one.field)} · ${t('required')}`} onChange={(event) => { change(at, { required: event.target.checked }); }} />
                </Tooltip>
              );
            },
          },
          {
            width: 108,
            render: (_, one, at) => {
              const field = lead.field(one.field);
              return (
                <Space size={0}>
                  <Button size="small" type="text" icon={<ArrowUpOutlined />} disabled={at === 0} aria-label={`${nameOf(one.field)} · ${t('up')}`} onClick={() => { onChange(moved(questions, at, -1)); }} />
                  <Button size="small" type="text" icon={<ArrowDownOutlined />} disabled={at === questions.length - 1} aria-label={`${nameOf(one.field)} · ${t('down')}`} onClick={() => { onChange(moved(questions, at, 1)); }} />
                  <Button size="small" type="text" icon={<DeleteOutlined />} disabled={field !== undefined && needed(field)} aria-label={`${nameOf(one.field)} · ${t('remove')}`} onClick={() => { onChange(questions.filter((other) => other !== one)); }} />
                </Space>
              );
            },
          },
        ]}
      />
      <Select<string>
        className="web-form-add"
        placeholder={t('addField')}
        aria-label={t('addField')}
        value={null as unknown as string}
        showSearch={{ optionFilterProp: 'label' }}
        options={left.map((field) => ({ value: field.name, label: label(field.label) }))}
        onChange={(field) => { onChange([...questions, { field, required: false, label: { zh: '', en: '' } }]); }}
      />
    </div>
  );
}
