import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Tree } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { keys } from '@/api/keys';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { ErrorState } from '@/ui/states';
import './deals.css';
import { dealTexts } from './texts';
import { readTree, sumsBelow, TREE_MAX, type TreeNode } from './tree';

interface Drawn {
  key: string;
  title: ReactNode;
  children: Drawn[];
}

/** Where an account stands in its group: those above it, and all below it, with what is open and won. */
export default function AccountTree({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(dealTexts);
  const format = useFormat();
  const openForm = useOpenForm();
  const { record } = answer;
  const fields = ['open_amount', 'won_amount'].filter((name) => object.field(name));
  const found = useQuery({ queryKey: [...keys.data, 'tree', object.name, record.id, fields.join()], queryFn: ({ signal }) => readTree(record, fields, signal) });
  const add = object.can('create') ? (
    <Button size="small" type="text" icon={<PlusOutlined />} aria-label={t('addChild')} title={t('addChild')} onClick={() => { openForm({ object: object.name, initial: { parent_id: record.id, 'parent.name': record.name } }); }} />
  ) : null;
  if (found.isError) return <Card size="small" className="record-section" title={t('tree')}><ErrorState error={found.error} onRetry={() => void found.refetch()} /></Card>;
  if (!found.data || (found.data.root.id === record.id && found.data.root.children.length === 0)) return null;
  const { root, self, cut } = found.data;
  const money = (text: string) => format.shortMoney(text);
  const drawn = (node: TreeNode): Drawn => ({
    key: node.id,
    title: (
      <span className="tree-node">
        {node.id === record.id ? <span className="self" aria-current="true">{node.name}</span> : <Link to={`/o/${object.name}/${node.id}`}>{node.name}</Link>}
        {fields.length > 0 ? <span className="sums number">{[node.open && node.open !== '0' ? `${t('openDeals')} ${money(node.open)}` : '', node.won && node.won !== '0' ? `${t('won')} ${money(node.won)}` : ''].filter(Boolean).join(' · ')}</span> : null}
      </span>
    ),
    children: node.children.map(drawn),
  });
  const sums = sumsBelow(self);
  return (
    <Card size="small" className="record-section" title={t('tree')} extra={add}>
      <Tree key={root.id} treeData={[drawn(root)]} defaultExpandAll selectable={false} showLine blockNode />
      {fields.length === 2 && self.children.length > 0 ? <p className="tree-sum">{t('treeSum', { open: money(sums.open), won: money(sums.won) })}</p> : null}
      {cut ? <p className="tree-sum">{t('treeCut', { n: TREE_MAX })}</p> : null}
    </Card>
  );
}
