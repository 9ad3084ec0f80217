import { Checkbox, Form, Input, Modal } from 'antd';
import { useSaveListView, type ListView, type ListViewDraft } from '@/api/listViews';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { listTexts } from './texts';

interface Props {
  /** Rename this one; without it a new view is made. */
  view: ListView | undefined;
  draft: Omit<ListViewDraft, 'name' | 'shared'>;
  onClose: () => void;
  onSaved: (id: string) => void;
}

interface Given {
  name: string;
  shared: boolean;
}

export default function ViewDialog({ view, draft, onClose, onSaved }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const { failed } = useFeedback();
  const save = useSaveListView();
  const [form] = Form.useForm<Given>();
  const store = (given: Given) => {
    save.mutate(
      { ...draft, ...given, id: view?.id, version: view?.version },
      { onSuccess: (saved) => { onSaved(saved.id); }, onError: failed },
    );
  };
  return (
    <Modal open afterOpenChange={focusFirst} title={view ? t('renameView') : t('saveAs')} okText={c('save')} onOk={form.submit} onCancel={onClose} confirmLoading={save.isPending} width={420}>
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: view?.name ?? '', shared: view?.shared ?? false }}
        onFinish={store}
      >
        <Form.Item name="name" label={t('viewName')} rules={[{ required: true, whitespace: true, message: t('viewNameNeeded') }]}>
          <Input autoFocus maxLength={80} onPressEnter={form.submit} />
        </Form.Item>
        <Form.Item name="shared" valuePropName="checked" extra={t('viewSharedHint')}>
          <Checkbox>{t('viewShared')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
