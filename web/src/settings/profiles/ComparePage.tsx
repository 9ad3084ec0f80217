import { SwapOutlined } from '@ant-design/icons';
import { Alert, Button, Select, Skeleton, Tag } from 'antd';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { usePermissions, useProfiles, type Profile } from '@/api/profiles';
import { useLabel, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { useActionLabel } from '../actionLabels';
import { differencesOn, type Difference } from './compare';
import { useProfileName } from './names';
import { inGroups } from './objects';
import { rightsOf } from './rights';
import { profileTexts } from './texts';

/** Two profiles side by side, with nothing but what differs. */
export function ComparePage() {
  const t = useTexts(profileTexts);
  const nameOf = useProfileName();
  const profiles = useProfiles();
  const [search, setSearch] = useSearchParams();
  const all = profiles.data ?? [];
  const [a, b] = ['a', 'b'].map((side) => all.find(({ id }) => id === search.get(side)));
  const title = t('compareTitle');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const choose = (side: 'a' | 'b', other: Profile | undefined) => (
    <Select
      className="compare-choice"
      aria-label={t('choose')}
      placeholder={t('choose')}
      value={(side === 'a' ? a : b)?.id}
      options={all.filter(({ id }) => id !== other?.id).map((profile) => ({ value: profile.id, label: nameOf(profile) }))}
      onChange={(id: string) => { setSearch((before) => { before.set(side, id); return before; }, { replace: true }); }}
    />
  );
  const swap = () => { if (a && b) setSearch({ a: b.id, b: a.id }, { replace: true }); };
  if (profiles.isError) return <ErrorState error={profiles.error} onRetry={() => void profiles.refetch()} />;
  return (
    <div className="profiles">
      <header className="profiles-head">
        <div>
          <h1>{title}</h1>
          <p>{t('compareHint')}</p>
        </div>
      </header>
      <div className="compare-tools">
        {choose('a', b)}
        <Button icon={<SwapOutlined />} title={t('swap')} aria-label={t('swap')} disabled={!a || !b} onClick={swap} />
        {choose('b', a)}
      </div>
      {a && b ? <Compared a={a} b={b} /> : null}
    </div>
  );
}

function Compared({ a, b }: { a: Profile; b: Profile }) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const nameOf = useProfileName();
  const model = useModel();
  const [left, right] = [usePermissions(a.id), usePermissions(b.id)];
  const administers = [a, b].find((profile) => profile.administers);
  if (administers) return <Alert type="info" showIcon title={`${nameOf(administers)}: ${t('administersHint')}`} />;
  const failed = left.error ?? right.error;
  if (failed) return <ErrorState error={failed} onRetry={() => { void left.refetch(); void right.refetch(); }} />;
  if (!left.data || !right.data) return <Skeleton active />;
  const rights = [rightsOf(left.data), rightsOf(right.data)] as const;
  const objects = inGroups([...model.objects], (object) => label(object.label)).flatMap(([, some]) => some);
  const found = objects.map((object) => [object, differencesOn(object, ...rights)] as const).filter(([, some]) => some.length > 0);
  if (found.length === 0) return <EmptyState title={t('compareSame')} />;
  return (
    <div className="matrix-scroll">
      <table className="matrix compare">
        <thead><tr><th scope="col">{t('what')}</th><th scope="col">{nameOf(a)}</th><th scope="col">{nameOf(b)}</th></tr></thead>
        {found.map(([object, some]) => <ObjectDifferences key={object.name} object={object} differences={some} />)}
      </table>
    </div>
  );
}

function ObjectDifferences({ object, differences }: { object: ObjectModel; differences: Difference[] }) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const actionLabel = useActionLabel();
  const what = (one: Difference): string =>
    one.kind === 'action' ? actionLabel(one.action) : one.kind === 'menu' ? t('menuHint') : `${t('fields')} · ${label(one.field.label)}`;
  return (
    <tbody>
      <tr className="matrix-group"><th scope="rowgroup" colSpan={3}><span>{label(object.label)}</span></th></tr>
      {differences.map((one) => (
        <tr key={what(one)}>
          <th scope="row">{what(one)}</th>
          <td><Side value={one.a} /></td>
          <td><Side value={one.b} /></td>
        </tr>
      ))}
    </tbody>
  );
}

const LEVELS = { hidden: ['hidden', 'error'], read: ['read', 'warning'], edit: ['editable', 'success'] } as const;

function Side({ value }: { value: Difference['a'] }) {
  const t = useTexts(profileTexts);
  if (typeof value === 'boolean') return value ? <Tag color="success">{t('yes')}</Tag> : <span className="matrix-none">{t('no')}</span>;
  const [key, color] = LEVELS[value];
  return <Tag color={color}>{t(key)}</Tag>;
}
