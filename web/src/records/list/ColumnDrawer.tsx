import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Drawer, Flex, Input } from 'antd';
import { useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { fieldGroups, pathLabel } from './FieldPicker';
import { filterTexts, listTexts } from './texts';

interface Props {
  object: ObjectModel;
  columns: string[];
  onApply: (columns: string[]) => void;
  onClose: () => void;
}

const moved = (list: string[], from: number, to: number): string[] => {
  const item = list[from];
  return item === undefined || to < 0 || to >= list.length ? list : list.toSpliced(from, 1).toSpliced(to, 0, item);
};

/** Which columns the list has, and in which order; parents' fields too. */
export default function ColumnDrawer({ object, columns, onApply, onClose }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const f = useTexts(filterTexts);
  const model = useModel();
  const label = useLabel();
  const phone = useIsPhone();
  const [shown, setShown] = useState(columns);
  const [sought, setSought] = useState('');
  const [open, setOpen] = useState(true);
  const close = () => { setOpen(false); };
  const groups = fieldGroups(model, object, label, f('own'), () => true)
    .map((group, n) => ({
      ...group,
      choices: group.choices.filter(
        (choice) => !shown.includes(choice.path) && `${n === 0 ? '' : group.label}${choice.label}`.toLowerCase().includes(sought.toLowerCase()),
      ),
    }))
    .filter((group) => group.choices.length > 0);
  return (
    <Drawer
      open={open}
      onClose={close}
      afterOpenChange={(visible) => { if (!visible) onClose(); }}
      title={t('columnsTitle')}
      size={phone ? '100%' : 420}
      footer={
        <Flex justify="end" gap={8}>
          <Button onClick={close}>{c('cancel')}</Button>
          <Button type="primary" disabled={shown.length === 0} onClick={() => { onApply(shown); close(); }}>{c('apply')}</Button>
        </Flex>
      }
    >
      <h3 className="column-head">{t('columnsShown')}</h3>
      <ul className="column-list">
        {shown.map((path, n) => (
          <li key={path}>
            <span>{pathLabel(model, object.name, path, label)}</span>
            <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t('moveUp')} disabled={n === 0} onClick={() => { setShown(moved(shown, n, n - 1)); }} />
            <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t('moveDown')} disabled={n === shown.length - 1} onClick={() => { setShown(moved(shown, n, n + 1)); }} />
            <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('hideColumn')} disabled={shown.length === 1} onClick={() => { setShown(shown.toSpliced(n, 1)); }} />
          </li>
        ))}
      </ul>
      <h3 className="column-head">{t('columnsOther')}</h3>
      <Input allowClear placeholder={t('findField')} aria-label={t('findField')} value={sought} onChange={(event) => { setSought(event.target.value); }} style={{ marginBottom: 8 }} />
      {groups.map((group) => (
        <div key={group.label}>
          <div className="column-group">{group.label}</div>
          <ul className="column-list">
            {group.choices.map((choice) => (
              <li key={choice.path}>
                <button type="button" className="plain-button column-add" onClick={() => { setShown([...shown, choice.path]); }}>
                  <PlusOutlined /> {choice.label}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Drawer>
  );
}
