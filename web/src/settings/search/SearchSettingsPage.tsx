import { Alert, Select } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useProfiles } from '@/api/profiles';
import { useSaveSetting, useSearchSettings, type SearchSetting } from '@/api/searchSettings';
import type { Values } from '@/api/types';
import { useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { IndexCard } from './IndexCard';
import { ObjectsTable, type SearchedRow } from './ObjectsTable';
import { searchSettingsTexts } from './texts';
import '@/records/list';
import './search.css';

const STEP = 10;

/** 全文检索设定: objects, fields, what hits show and how far people search; for everybody or for a profile. */
export default function SearchSettingsPage() {
  const t = useTexts(searchSettingsTexts);
  const { language } = useSettings();
  const model = useModel();
  const settings = useSearchSettings();
  const profiles = useProfiles();
  const { done, failed } = useFeedback();
  const [profileId, setProfileId] = useState<string>();
  const profile = profiles.data?.find((one) => one.id === profileId);
  const { save, saving } = useSaveSetting(settings.data?.rows ?? [], profile);
  useEffect(() => {
    document.title = `${t('title')} · Dougong`;
  }, [t]);
  const error = settings.error ?? profiles.error;
  if (error) return <ErrorState error={error} onRetry={() => { void settings.refetch(); void profiles.refetch(); }} />;
  if (!settings.data || !profiles.data) return <PageSkeleton />;

  const rows = rowsOf(model.objects, settings.data.rows, profileId);
  const store = (changes: [string, Values][]) => {
    void (async () => {
      try {
        for (const [object, values] of changes) await save(object, values);
        done(t('saved'));
      } catch (refused) {
        failed(refused);
      }
    })();
  };
  const move = (from: number, to: number) => {
    const next = [...rows];
    const [moved] = next.splice(from, 1);
    if (!moved) return;
    next.splice(to, 0, moved);
    store(next.flatMap((row, place) => (row.setting?.order_number === (place + 1) * STEP ? [] : [[row.object.name, { ...start(row), order_number: (place + 1) * STEP }]])));
  };
  return (
    <div className="list-page search-settings">
      <header className="list-head">
        <div className="list-title">
          <h1>{t('title')}</h1>
          <p>{t('hint')}</p>
        </div>
        <label className="search-for">
          <span>{t('forWhom')}</span>
          <Select
            aria-label={t('forWhom')}
            value={profileId ?? ''}
            options={[{ value: '', label: t('everybody') }, ...profiles.data.map((one) => ({ value: one.id, label: language === 'en' ? (one.name_en ?? one.name) : one.name }))]}
            onChange={(id) => { setProfileId(id || undefined); }}
          />
        </label>
      </header>
      <ObjectsTable rows={rows} saving={saving} own={profileId !== undefined} onChange={(row, values) => { store([[row.object.name, { ...start(row), ...values }]]); }} onMove={move} />
      <Alert type="info" showIcon className="search-more" message={<>{t('moreFields')} <Link to="/settings/objects">{t('toObjects')}</Link></>} />
      <IndexCard />
    </div>
  );
}

/** What a setting that is not there yet begins with: what holds for the object now. */
function start(row: SearchedRow): Values {
  if (row.setting) return {};
  const { active, order_number, searched, shown, scope, foreign_fields } = row.holds;
  return { active, order_number, searched, shown, scope, foreign_fields };
}

const BLANK = { order_number: null, searched: null, shown: null, scope: 'own', foreign_fields: null } as const;

/** The objects in the order in which they are searched, each with the setting itself and with what holds. */
function rowsOf(objects: ObjectModel[], settings: SearchSetting[], profile: string | undefined): SearchedRow[] {
  const found = objects
    // What people work with: parts and records of settings are no places to search.
    .filter((object) => !object.configuration && (object.owned || typeof object.navigation === 'number' || settings.some((one) => one.object_name === object.name)))
    .filter((object) => object.fields.some(({ name }) => name === object.name_field))
    .map((object) => {
      const general = settings.find((one) => one.object_name === object.name && one.profile_id === null);
      const setting = profile ? settings.find((one) => one.object_name === object.name && one.profile_id === profile) : general;
      return { object, setting, holds: setting ?? general ?? { ...BLANK, active: typeof object.navigation === 'number' } };
    });
  const drawn = ({ object }: SearchedRow) => object.navigation ?? 9999;
  return found.sort((a, b) => Number(b.holds.active) - Number(a.holds.active) || (a.holds.order_number ?? 99_999) - (b.holds.order_number ?? 99_999) || drawn(a) - drawn(b));
}
