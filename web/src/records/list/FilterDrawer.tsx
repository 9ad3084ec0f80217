import { Button, Drawer, Flex } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { FilterJson } from '@/api/types';
import { useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { FilterBuilder } from './FilterBuilder';
import { emptyGroup, emptyRule, fromJson, toJson } from './filterTree';
import { filterTexts } from './texts';

interface Props {
  object: ObjectModel;
  filter: FilterJson | null;
  onApply: (filter: FilterJson | null) => void;
  onClose: () => void;
}

export default function FilterDrawer({ object, filter, onApply, onClose }: Props) {
  const t = useTexts(filterTexts);
  const phone = useIsPhone();
  const [root, setRoot] = useState(() => (filter ? fromJson(filter) : emptyGroup('and', [emptyRule()])));
  const [open, setOpen] = useState(true);
  const close = () => { setOpen(false); };
  const apply = () => {
    onApply(toJson(root));
    close();
  };
  return (
    <Drawer
      open={open}
      onClose={close}
      afterOpenChange={(shown) => { if (!shown) onClose(); }}
      title={t('title')}
      size={phone ? '100%' : 680}
      footer={
        <Flex justify="space-between">
          <Button onClick={() => { setRoot(emptyGroup()); }}>{t('clear')}</Button>
          <Button type="primary" onClick={apply}>{t('apply')}</Button>
        </Flex>
      }
    >
      <div onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) apply(); }}>
        <FilterBuilder object={object} group={root} onChange={setRoot} />
      </div>
    </Drawer>
  );
}
