import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Select, Spin, Upload } from 'antd';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { isApiError } from '@/api/errors';
import { uploadImport, type ReadAs } from '@/api/imports';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { useIsPhone } from '@/ui/useViewport';
import { keepDraft } from './drafts';
import { startPlan } from './plan';
import { importTexts } from './texts';

const ACCEPTED = '.csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods';
/** Refusals that another way of reading the file may mend. */
const READING = /encoding|sheet|columns|quote|cell_too_long/;
const ENCODINGS = ['utf-8', 'gb18030', 'utf-16'];

/** Which object, and the file. Both are read by the server at once; then the columns can be mapped. */
export function UploadForm({ objects }: { objects: ObjectModel[] }) {
  const t = useTexts(importTexts);
  const words = useTexts(uiTexts);
  const label = useLabel();
  const model = useModel();
  const phone = useIsPhone();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [special, setSpecial] = useState(false);
  const [readAs, setReadAs] = useState<ReadAs>({});
  const object = objects.find((one) => one.name === search.get('object')) ?? (objects.length === 1 ? objects[0] : undefined);

  const take = (file: File) => {
    if (!object) return;
    setBusy(file.name);
    setError(undefined);
    uploadImport(object.name, file, readAs).then(
      (draft) => {
        keepDraft({ object: object.name, fileName: file.name, draft, plan: startPlan(model, object, draft.columns) });
        void navigate(`/import/${draft.id}`);
      },
      (problem: unknown) => {
        setBusy(undefined);
        setError(problem);
        setSpecial(special || (isApiError(problem) && READING.test(problem.code)));
      },
    );
  };
  const set = (part: ReadAs) => { setReadAs({ ...readAs, ...part }); };
  return (
    <section className="import-card">
      <Form layout="vertical" component="div">
        <Form.Item label={t('object')} className="import-object">
          <Select
            aria-label={t('object')}
            placeholder={t('chooseObject')}
            showSearch={{ optionFilterProp: 'label' }}
            value={object?.name}
            options={grouped(objects).map(({ daily, members }) => ({
              label: t(daily ? 'daily' : 'others'),
              options: members.map((one) => ({ value: one.name, label: label(one.plural) })),
            }))}
            onChange={(name: string) => { setSearch({ object: name }, { replace: true }); }}
          />
        </Form.Item>
        <Upload.Dragger
          className="import-drop"
          accept={ACCEPTED}
          showUploadList={false}
          disabled={!object || busy !== undefined}
          beforeUpload={(file) => { take(file); return false; }}
        >
          {busy === undefined ? <InboxOutlined className="import-drop-icon" /> : <Spin />}
          <div className="import-drop-text">
            {busy !== undefined ? t('reading', { file: busy }) : !object ? t('chooseFirst') : t(phone ? 'dropPhone' : 'drop')}
          </div>
          <div className="import-hint">{t('dropHint')}</div>
        </Upload.Dragger>
        {error === undefined ? null : <Alert className="import-alert" type="error" showIcon title={t('unreadable')} description={errorText(error, words)} />}
        <Button type="link" size="small" className="import-special" aria-expanded={special} onClick={() => { setSpecial(!special); }}>{t('readAs')}</Button>
        {special ? (
          <>
            <div className="import-hint">{t('readAsHint')}</div>
            <div className="import-read-as">
              <Form.Item label={t('encoding')}>
                <Select aria-label={t('encoding')} value={readAs.encoding ?? ''} onChange={(encoding: string) => { set({ encoding }); }}
                  options={[{ value: '', label: t('automatic') }, ...ENCODINGS.map((name) => ({ value: name, label: name.toUpperCase() }))]} />
              </Form.Item>
              <Form.Item label={t('delimiter')}>
                <Select aria-label={t('delimiter')} value={readAs.delimiter ?? ''} onChange={(delimiter: string) => { set({ delimiter }); }}
                  options={[{ value: '', label: t('automatic') }, { value: ',', label: t('comma') }, { value: ';', label: t('semicolon') }, { value: '\t', label: t('tab') }, { value: '|', label: t('bar') }]} />
              </Form.Item>
              <Form.Item label={t('sheet')}>
                <Input aria-label={t('sheet')} placeholder={t('sheetFirst')} value={readAs.sheet ?? ''} onChange={(event) => { set({ sheet: event.target.value }); }} />
              </Form.Item>
            </div>
          </>
        ) : null}
      </Form>
    </section>
  );
}

/** What people work with day by day first, in the order of the navigation; then the rest. */
function grouped(objects: ObjectModel[]): { daily: boolean; members: ObjectModel[] }[] {
  const place = (one: ObjectModel) => one.navigation ?? Infinity;
  const daily = objects.filter((one) => place(one) < Infinity).sort((one, other) => place(one) - place(other));
  const others = objects.filter((one) => place(one) === Infinity);
  return [{ daily: true, members: daily }, { daily: false, members: others }].filter(({ members }) => members.length > 0);
}
