import { Form, Input, Modal, Switch, TreeSelect } from 'antd';
import { useCreateRecord, useUpdateRecord } from '@/api/records';
import type { Dimension, TreeNode } from '@/api/dimensions';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { dimensionTexts } from './texts';
import { treeOf, withBelow } from '@/fields/nodeTree';

interface Props {
  dimension: Dimension;
  nodes: TreeNode[];
  node?: TreeNode;
  parent: string | null;
  onClose: () => void;
}

interface Values {
  name: string;
  parent_id?: string;
  active: boolean;
}

/** A value's name, place and whether it can be chosen; moving by keyboard is done here. */
export function NodeDialog({ dimension, nodes, node, parent, onClose }: Props) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const { done, failed } = useFeedback();
  const [form] = Form.useForm<Values>();
  const create = useCreateRecord('dimension_node');
  const update = useUpdateRecord('dimension_node');
  const barred = node ? withBelow(nodes, node.id) : new Set<string>();
  const save = async () => {
    const given = await form.validateFields().catch(() => null);
    if (!given) return;
    const values = { name: given.name, parent_id: given.parent_id ?? null, active: given.active };
    const options = { onSuccess: () => { done(t('saved')); onClose(); }, onError: failed };
    if (node) update.mutate({ id: node.id, values }, options);
    else create.mutate({ ...values, dimension_id: dimension.id, order_number: nodes.filter((n) => n.parent_id === values.parent_id).length }, options);
  };
  return (
    <Modal open title={node ? t('editValue') : t('addValue')} onCancel={onClose} onOk={() => void save()} okText={c('save')} cancelText={c('cancel')} confirmLoading={create.isPending || update.isPending}>
      <Form form={form} layout="vertical" onFinish={() => void save()} initialValues={{ name: node?.name, parent_id: parent ?? undefined, active: node?.active ?? true }}>
        <Form.Item name="name" label={t('valueName')} rules={[{ required: true, whitespace: true, message: t('needed') }]}><Input autoFocus maxLength={80} /></Form.Item>
        <Form.Item name="parent_id" label={t('parent')}>
          <TreeSelect allowClear treeDefaultExpandAll placeholder={t('top')} treeNodeFilterProp="title" showSearch treeData={treeOf(nodes.filter((n) => !barred.has(n.id)))} />
        </Form.Item>
        <Form.Item name="active" label={t('active')} valuePropName="checked" extra={t('inactiveHint')}><Switch /></Form.Item>
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
