import { EyeOutlined } from '@ant-design/icons';
import type { MenuProps } from 'antd';
import { useNavigate } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useViewAs } from '@/api/session';
import type { RecordAnswer } from '@/api/types';
import { useUser } from '@/api/user';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { recordTexts } from './texts';

/** For administrators on another active person's page: to see the product as that person does. */
export function useViewAsRecord(object: ObjectModel, { record, can }: RecordAnswer): NonNullable<MenuProps['items']> {
  const t = useTexts(recordTexts);
  const c = useTexts(common);
  const me = useUser();
  const navigate = useNavigate();
  const view = useViewAs();
  const { failed, confirm } = useFeedback();
  // While one views as an administrator nothing can be changed, this neither.
  if (object.name !== 'user' || !me.administers || me.id === record.id || !record.active || !can.update) return [];
  const begin = async () => {
    const name = String(record.name);
    if (!(await confirm({ title: t('viewAsAsk', { name }), content: t('viewAsHint'), ok: t('viewAsBegin'), cancel: c('cancel') }))) return;
    view.mutate(record.id, { onSuccess: () => void navigate('/'), onError: failed });
  };
  return [{ key: 'view-as', icon: <EyeOutlined />, label: t('viewAs'), onClick: () => void begin() }];
}
