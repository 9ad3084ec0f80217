import { BarsOutlined, DownOutlined, LockOutlined, StarFilled, StarOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tag, type MenuProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { NO_HABITS, useHabits, useKeepHabits } from '@/api/habits';
import { useDeleteListView, useSaveListView, type ListView, type ListViewDraft } from '@/api/listViews';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ObjectIcon } from '@/ui/objectIcon';
import { KIND_ICONS } from './kinds';
import { listTexts } from './texts';
import { ALL, type ListState } from './useListState';

const ViewDialog = lazy(() => import('./ViewDialog'));

interface Props {
  object: ObjectModel;
  views: ListView[];
  state: ListState;
}

export function useViewName(): (view: ListView) => string {
  const { language } = useSettings();
  return (view) => (language === 'en' ? view.nameEn || view.name : view.name);
}

/** Which saved view is on screen; changes of it can be saved, saved as a new one, or taken back. */
export function ViewPicker({ object, views, state }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const user = useUser();
  const nameOf = useViewName();
  const { done, failed, confirm } = useFeedback();
  const save = useSaveListView();
  const remove = useDeleteListView();
  const [dialog, setDialog] = useState<'new' | 'edit'>();
  const { view, change } = state;
  const all = t('all', { objects: label(object.plural) });
  const mine = view !== undefined && (view.ownerId === user.id || user.administers);
  const canSave = model.object('list_view')?.can('create') ?? false;

  const show = (id: string | null) => {
    change({ view: id ?? ALL, filter: undefined, columns: undefined, sort: undefined, kind: null, display: undefined }, true);
  };
  const draft = (): Omit<ListViewDraft, 'name' | 'shared'> => ({
    object: object.name, kind: state.kind, display: state.kind === 'list' ? null : state.display, filter: state.filter, columns: state.columns, sort: state.sort,
  });
  const reset = () => { change({ filter: undefined, columns: undefined, sort: undefined, display: undefined }); };
  const overwrite = () => {
    if (!view) return;
    save.mutate({ ...draft(), id: view.id, version: view.version, name: view.name, shared: view.shared }, {
      onSuccess: () => { reset(); done(t('viewSaved')); },
      onError: failed,
    });
  };
  const discard = async () => {
    if (!view) return;
    const ok = await confirm({ title: t('deleteViewAsk', { name: nameOf(view) }), ok: t('deleteView'), cancel: c('cancel'), danger: true });
    if (ok) remove.mutate(view.id, { onSuccess: () => { show(null); done(t('viewDeleted')); }, onError: failed });
  };
  const habits = useHabits().data ?? NO_HABITS;
  const keep = useKeepHabits();
  const chosen = habits.default_views[object.name];
  const isDefault = chosen === (view?.id ?? ALL);
  const mark = () => {
    keep.defaultView(object.name, isDefault ? null : (view?.id ?? ALL)).then(() => { done(isDefault ? t('defaultDropped') : t('defaultKept', { objects: label(object.plural) })); }, failed);
  };
  const acts: Record<string, () => void> = {
    default: mark,
    save: overwrite,
    new: () => { setDialog('new'); },
    edit: () => { setDialog('edit'); },
    delete: () => void discard(),
    reset,
  };
  const showsAll = views.some((v) => v.shared && v.filter === null);
  const items: MenuProps['items'] = [
    ...(showsAll ? [] : [{ key: `view:${ALL}`, icon: <BarsOutlined />, label: all, extra: chosen === ALL ? <StarFilled title={t('isDefault')} /> : undefined }]),
    ...views.map((v) => ({ key: `view:${v.id}`, icon: KIND_ICONS[v.kind], label: nameOf(v), extra: chosen === v.id ? <StarFilled title={t('isDefault')} /> : v.shared ? undefined : <LockOutlined title={t('viewPrivate')} /> })),
    { type: 'divider' as const },
    { key: 'default', icon: isDefault ? <StarFilled /> : <StarOutlined />, label: t(isDefault ? 'dropDefault' : 'makeDefault') },
    ...(canSave && mine && state.modified ? [{ key: 'save', label: t('saveView') }] : []),
    ...(canSave ? [{ key: 'new', label: t('saveAs') }] : []),
    ...(canSave && mine ? [{ key: 'edit', label: t('renameView') }, { key: 'delete', label: t('deleteView'), danger: true }] : []),
    ...(state.modified ? [{ key: 'reset', label: t('resetView') }] : []),
  ];
  return (
    <div className="view-picker">
      <span className="view-icon"><ObjectIcon icon={object.icon} /></span>
      <h1 className="visually-hidden">{label(object.plural)}</h1>
      <Dropdown
        trigger={['click']}
        menu={{
          items,
          selectedKeys: [`view:${view?.id ?? ALL}`],
          style: { maxHeight: 420, overflow: 'auto', minWidth: 200 },
          onClick: ({ key }) => {
            if (key.startsWith('view:')) show(key === `view:${ALL}` ? null : key.slice(5));
            else acts[key]?.();
          },
        }}
      >
        <Button type="text" className="view-name">
          <span>{view ? nameOf(view) : all}</span> <DownOutlined style={{ fontSize: 11 }} />
        </Button>
      </Dropdown>
      {state.modified ? (
        <Tag className="view-modified">
          {t('modified')}
          {canSave && mine ? <Button type="link" size="small" onClick={overwrite} loading={save.isPending}>{c('save')}</Button> : null}
          {canSave && !mine ? <Button type="link" size="small" onClick={() => { setDialog('new'); }}>{t('saveAs')}</Button> : null}
          <Button type="link" size="small" onClick={reset}>{t('reset')}</Button>
        </Tag>
      ) : null}
      <Suspense>
        {dialog ? (
          <ViewDialog
            view={dialog === 'edit' ? view : undefined}
            draft={draft()}
            onClose={() => { setDialog(undefined); }}
            onSaved={(id) => {
              setDialog(undefined);
              done(t('viewSaved'));
              show(id);
            }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}
