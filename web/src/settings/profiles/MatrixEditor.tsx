import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useCallback, useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { Permissions, Profile } from '@/api/profiles';
import { useBatches } from '@/api/simulation';
import { useUser } from '@/api/user';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { SimulationDialog } from '../simulation';
import { FieldsDrawer } from './FieldsDrawer';
import { MatrixTable } from './MatrixTable';
import { useProfileName } from './names';
import { batchesOf, differing, NOTHING, rightsOf, type ObjectRights, type Rights } from './rights';
import { profileTexts } from './texts';

interface Draft {
  /** What was stored when the first change was made: what is saved is said against this. */
  stored: Permissions;
  rights: Rights;
}

/** The matrix of one profile with its unsaved changes, which go together or not at all; leaving the page forgets them. */
export function MatrixEditor({ profile, stored }: { profile: Profile; stored: Permissions }) {
  const t = useTexts(profileTexts);
  const name = useProfileName()(profile);
  const { done, failed } = useFeedback();
  const saving = useBatches();
  const [draft, setDraft] = useState<Draft>();
  const [sought, setSought] = useState('');
  const [open, setOpen] = useState<ObjectModel>();
  const [preview, setPreview] = useState(false);
  const before = draft?.stored ?? stored;
  const saved = rightsOf(before);
  const rights = draft?.rights ?? saved;
  const changed = draft ? differing(saved, rights) : [];

  const change = useCallback((object: string, change: (rights: ObjectRights) => ObjectRights) => {
    setDraft((held) => {
      const from = held ?? { stored, rights: rightsOf(stored) };
      return { ...from, rights: { ...from.rights, [object]: change(from.rights[object] ?? NOTHING) } };
    });
  }, [stored]);
  const user = useUser();
  const batches = changed.length > 0 ? batchesOf(profile.id, before, rights) : [];
  const save = () => {
    saving.mutate(batches, {
      onSuccess: () => {
        setDraft(undefined);
        setPreview(false);
        done(t('saved', { name }));
      },
      onError: failed,
    });
  };
  return (
    <>
      <div className="matrix-tools">
        <Input allowClear prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />} placeholder={t('find')} aria-label={t('find')} value={sought} onChange={(event) => { setSought(event.target.value); }} />
        <span className="matrix-keys">{t('keys')}</span>
      </div>
      <MatrixTable rights={rights} saved={saved} sought={sought} onChange={change} onFields={setOpen} />
      {changed.length > 0 ? (
        <div className="matrix-unsaved" role="status">
          <span>{t('unsaved', { n: changed.length })}</span>
          <Button onClick={() => { setDraft(undefined); }}>{t('discard')}</Button>
          {user.administers ? <Button onClick={() => { setPreview(true); }}>{t('preview')}</Button> : null}
          <Button type="primary" loading={saving.isPending} onClick={save}>{t('save')}</Button>
        </div>
      ) : null}
      {open ? (
        <FieldsDrawer object={open} rights={rights[open.name] ?? NOTHING} saved={saved[open.name] ?? NOTHING} onChange={(to) => { change(open.name, to); }} onClose={() => { setOpen(undefined); }} />
      ) : null}
      {preview ? <SimulationDialog batches={batches} saving={saving.isPending} onSave={save} onClose={() => { setPreview(false); }} /> : null}
    </>
  );
}
