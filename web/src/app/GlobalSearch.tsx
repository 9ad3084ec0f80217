import { HistoryOutlined, SearchOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { AutoComplete, Button, Input, type InputRef } from 'antd';
import { useState, type ReactNode, type RefObject } from 'react';
import { useNavigate } from 'react-router';
import { useModel } from '@/api/metadata';
import { searchQuery, useSearch, type SearchHit } from '@/api/search';
import { useUser } from '@/api/user';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { ObjectIcon } from '@/ui/objectIcon';
import { useDebounced } from '@/ui/useDebounced';
import { forgetSearches, noteSearch, recentSearches } from './recentSearches';
import { SearchHitLine } from './SearchHitLine';
import { appTexts } from './texts';

const ALL = 'all results';
const RECENT = 'recent ';

interface Group {
  label: ReactNode;
  options: { value: string; label: ReactNode; disabled?: boolean }[];
}

/** Hits under the heads of their objects, in the order in which the server ranked the objects. */
export function grouped(hits: SearchHit[]): [string, SearchHit[]][] {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) groups.set(hit.object, [...(groups.get(hit.object) ?? []), hit]);
  return [...groups];
}

/** The first hit that can be opened. */
const opens = (hits: SearchHit[]) => hits.find(({ id }) => id !== null);

/** One box for all objects: type, choose by arrow keys, Enter opens; the last line leads to all results. */
export function GlobalSearch({ input }: { input: RefObject<InputRef | null> }) {
  const t = useTexts(appTexts);
  const label = useLabel();
  const model = useModel();
  const user = useUser();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { failed } = useFeedback();
  const phone = useIsPhone();
  const [text, setText] = useState('');
  const [focused, setFocused] = useState(false);
  const [recent, setRecent] = useState<string[]>([]);
  const sought = text.trim();
  const settled = useDebounced(sought, 180);
  const found = useSearch(settled);
  const hits = settled === '' ? [] : (found.data?.hits ?? []);
  const waiting = settled !== sought || found.isFetching;

  const groups = grouped(hits).map(([name, list]) => {
    const object = model.object(name);
    return {
      label: <span className="search-group"><ObjectIcon icon={object?.icon} /> {label(object?.plural) || name}</span>,
      options: list.map((hit, place) => ({
        value: hit.id === null ? `${name} ${String(place)}` : `/o/${name}/${hit.id}`,
        disabled: hit.id === null,
        label: <SearchHitLine hit={hit} />,
      })),
    };
  });
  const all = { label: null, options: [{ value: ALL, label: <span className="search-all">{t('allResults', { text: settled })}</span> }] };
  const earlier = {
    label: (
      <span className="search-group search-earlier">
        {t('recentSearches')}
        <Button type="link" size="small" onMouseDown={(event) => { event.preventDefault(); forgetSearches(user.id); setRecent([]); }}>{t('clearRecent')}</Button>
      </span>
    ),
    options: recent.map((one) => ({ value: RECENT + one, label: <span><HistoryOutlined /> {one}</span> })),
  };
  const options: Group[] = sought === '' ? (recent.length > 0 ? [earlier] : []) : hits.length > 0 ? [...groups, all] : [];
  const nothing = sought === '' ? null : waiting ? t('searching') : t('nothingFound', { text: settled });

  const leave = (address: string, said: string) => {
    noteSearch(user.id, said);
    setText('');
    input.current?.blur();
    void navigate(address);
  };
  const toAll = (said: string) => { leave(`/search?q=${encodeURIComponent(said)}`, said); };
  const choose = (value: string) => {
    if (value.startsWith(RECENT)) {
      setText(value.slice(RECENT.length));
      return;
    }
    // Hits of an older text are not what was meant.
    if (waiting) return;
    if (value === ALL) toAll(settled);
    else leave(value, settled);
  };
  /** Enter came before the hits: the first of them opens when they are there, unless the person typed on. */
  const openFirst = async (said: string) => {
    try {
      const first = opens((await client.fetchQuery(searchQuery(said))).hits);
      if (input.current?.input?.value.trim() !== said) return;
      if (first) leave(`/o/${first.object}/${first.id ?? ''}`, said);
      else toAll(said);
    } catch (error) {
      failed(error);
    }
  };

  return (
    <AutoComplete
      className="global-search"
      options={options}
      value={text}
      defaultActiveFirstOption={sought !== ''}
      popupMatchSelectWidth={phone ? true : 440}
      classNames={{ popup: { root: phone ? 'search-popup phone' : 'search-popup' } }}
      listHeight={460}
      showSearch={{ filterOption: false, onSearch: setText }}
      notFoundContent={nothing}
      // By a key as by a click: what one sought lately is there as soon as one is in the box.
      open={focused && (sought !== '' || recent.length > 0)}
      onFocus={() => { setFocused(true); setRecent(recentSearches(user.id)); }}
      onBlur={() => { setFocused(false); }}
      onSelect={choose}
    >
      <Input
        ref={input}
        prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
        suffix={phone || text ? null : <kbd title={t('searchKey')}>/</kbd>}
        placeholder={t('searchAll')}
        aria-label={t('keySearch')}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            setText('');
            input.current?.blur();
          } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
            // Opening a hit moves the focus: the rest of the key press must not push the button that gets it.
            event.preventDefault();
            if (sought === '') return;
            if (waiting) void openFirst(sought);
            else if (hits.length === 0) toAll(sought);
          }
        }}
      />
    </AutoComplete>
  );
}
