import { Button, Card, Input, Segmented } from 'antd';
import { useEffect } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useModel } from '@/api/metadata';
import { useSearch, type SearchHit } from '@/api/search';
import { useUser } from '@/api/user';
import { useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { grouped } from './GlobalSearch';
import { noteSearch } from './recentSearches';
import { SearchHitLine } from './SearchHitLine';
import { appTexts } from './texts';
import '@/records/list';

const OF_EACH = 8;
const OF_ONE = 100;

/** /search?q=…&object=…: all that was found, by object, or of one object as much as there is. */
export default function SearchPage() {
  const t = useTexts(appTexts);
  const user = useUser();
  const [params, setParams] = useSearchParams();
  const asked = params.get('q') ?? '';
  const object = params.get('object') ?? undefined;
  useEffect(() => {
    document.title = `${t('results')} · Dougong`;
  }, [t]);
  useEffect(() => { noteSearch(user.id, asked); }, [user.id, asked]);
  const search = (text: string) => {
    const sought = text.trim();
    if (sought !== asked) setParams(sought === '' ? {} : { q: sought, ...(object ? { object } : {}) });
  };
  const choose = (name: string | undefined) => { setParams({ q: asked, ...(name ? { object: name } : {}) }); };
  return (
    <div className="list-page search-page">
      <header className="list-head">
        <div className="list-title"><h1>{t('results')}</h1></div>
      </header>
      <Input.Search
        // The address may be changed by the box above, or by going back.
        key={asked}
        size="large"
        enterButton
        allowClear
        autoFocus={asked === ''}
        className="search-box"
        aria-label={t('results')}
        placeholder={t('searchHint')}
        defaultValue={asked}
        onSearch={search}
      />
      {asked === '' ? <EmptyState title={t('searchHint')} /> : <Results text={asked} object={object} onChoose={choose} />}
    </div>
  );
}

function Results({ text, object, onChoose }: { text: string; object: string | undefined; onChoose: (name: string | undefined) => void }) {
  const t = useTexts(appTexts);
  const label = useLabel();
  const model = useModel();
  const everything = useSearch(text, OF_EACH);
  const one = useSearch(object ? text : '', OF_ONE, object);
  const shown = object ? one : everything;
  if (shown.error) return <ErrorState error={shown.error} onRetry={() => void shown.refetch()} />;
  if (!everything.data || !shown.data) return <PageSkeleton />;
  const names = everything.data.groups.map((group) => group.object);
  const more = new Set(shown.data.groups.filter((group) => group.more).map((group) => group.object));
  const called = (name: string) => label(model.object(name)?.plural) || name;
  const choices = [{ value: '', label: t('everything') }, ...names.map((name) => ({ value: name, label: called(name) }))];
  const groups = grouped(shown.data.hits);
  if (groups.length === 0) return <EmptyState title={t('nothingFound', { text })} hint={t('nothingHint')} />;
  return (
    <div className={shown.isPlaceholderData ? 'search-results waiting' : 'search-results'}>
      <div className="search-choices">
        <Segmented value={object ?? ''} options={choices} onChange={(name) => { onChoose(name || undefined); }} />
      </div>
      {groups.map(([name, hits]) => (
        <Card key={name} size="small" title={<><ObjectIcon icon={model.object(name)?.icon} /> {called(name)}</>}
          extra={more.has(name) && !object ? <Button type="link" size="small" onClick={() => { onChoose(name); }}>{t('moreOf', { object: called(name) })}</Button> : null}>
          <ul className="search-lines">
            {hits.map((hit, place) => <li key={hit.id ?? `foreign ${String(place)}`}><Line hit={hit} /></li>)}
          </ul>
        </Card>
      ))}
    </div>
  );
}

function Line({ hit }: { hit: SearchHit }) {
  if (hit.id === null) return <div className="search-line"><SearchHitLine hit={hit} /></div>;
  return <Link className="search-line" to={`/o/${hit.object}/${hit.id}`}><SearchHitLine hit={hit} /></Link>;
}
